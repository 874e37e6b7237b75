#!/bin/bash
# http-probe.sh ADDRESS PORT INTERVAL PATIENCE
#
# Sends HTTP requests at a steady pace, none waiting for the one before, until standard input ends; then waits for those that are under way. Interval and
# patience with one request are in seconds. Bash's own /dev/tcp does it: starting curl for each request would cost more than the request.
address=$1 port=$2 interval=$3 patience=$4
# The inner shell expands its own arguments.
# shellcheck disable=SC2016
request='exec 5<>"/dev/tcp/$0/$1" && printf "GET / HTTP/1.0\r\n\r\n" >&5 && read -r _ code _ <&5 && echo "$code"'
number=0
while :; do
  number=$((number + 1))
  {
    sent=$EPOCHREALTIME
    code=$(timeout "$patience" bash -c "$request" "$address" "$port" 2>/dev/null)
    echo "HTTP $number $sent ${code:-none}"
  } </dev/null &
  read -r -t "$interval" -u 0 _
  # Above 128: the interval is over. Below: standard input has ended.
  if [ $? -le 128 ]; then break; fi
done
wait
