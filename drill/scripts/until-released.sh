#!/bin/bash
# until-released.sh COMMAND
#
# Runs a simple command until standard input ends, then interrupts it as Ctrl-C does, and ends with the command's own status. Nothing stays on the machine, also
# where the program at the other end was killed.
exec 3<&0
eval "exec $1" </dev/null &
command=$!
{
  while read -r -u 3 _; do :; done
  kill -INT "$command"
} >/dev/null 2>&1 &
watcher=$!
wait "$command"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
