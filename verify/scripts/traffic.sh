#!/bin/sh
# traffic.sh UPLINK FILTER PARALLEL JOB...
#
# Starts a capture on the uplink, waits until it listens, pings all targets, so many at the same time, ends the capture, and prints both. A job has one word for
# its kind, one for the network namespace that it pings from, its target, and options of ping. The pings go from the pods' own network namespaces with the
# node's programs, because images of pods need not hold any.
set -u
uplink=$1 filter=$2 parallel=$3
shift 3
work=$(mktemp -d /run/fabriclab-verify.XXXXXX)
tcpdump --immediate-mode -l -nn -e -T vxlan -i "$uplink" "$filter" >"$work/capture" 2>"$work/log" &
capture=$!
trap 'kill "$capture" 2>/dev/null; rm -rf "$work"' EXIT

attempts=100
until grep -q 'listening on' "$work/log"; do
  attempts=$((attempts - 1))
  if [ "$attempts" -eq 0 ] || ! kill -0 "$capture" 2>/dev/null; then
    echo "tcpdump doesn't listen on $uplink: $(cat "$work/log")" >&2
    exit 1
  fi
  sleep 0.05
done

# The inner shell expands its own arguments.
# shellcheck disable=SC2016
printf '%s\n' "$@" | xargs -P "$parallel" -L 1 sh -c '
  kind=$0 namespace=$1 target=$2
  shift 2
  seen=$(nsenter --net="/run/netns/$namespace" ping -n -W 2 "$@" "$target" 2>&1)
  case $seen in
    *"too long"*) seen="$seen
$(ip -n "$namespace" -4 route get "$target" 2>&1)" ;;
  esac
  printf "### %s %s %s\n%s\n" "$kind" "$namespace" "$target" "$seen"
' >"$work/pings"
sleep 0.2
kill -INT "$capture"
wait "$capture"
cat "$work/pings"
echo "### capture"
cat "$work/capture"
