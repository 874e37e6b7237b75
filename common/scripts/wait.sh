#!/bin/sh
# wait_for SECONDS PAUSE WHAT TEST [ARGUMENT...]
#
# Runs the test until it succeeds, with a pause in seconds after each attempt. When the time is over, it says on standard error what was waited for and
# what the test printed last, and fails. The test gets no standard input, because that belongs to the program.
wait_for() {
  wait_seconds=$1 wait_pause=$2 wait_what=$3
  shift 3
  wait_end=$(($(date +%s) + wait_seconds))
  until wait_seen=$("$@" </dev/null 2>&1); do
    if [ "$(date +%s)" -ge "$wait_end" ]; then
      printf 'waited %s s for %s, and saw: %s\n' "$wait_seconds" "$wait_what" "${wait_seen:-nothing}" >&2
      return 1
    fi
    sleep "$wait_pause"
  done
}
