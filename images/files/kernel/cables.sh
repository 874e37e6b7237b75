#!/bin/bash
# The guest's side of its cables (boot.sh is the other). A cable is a veth pair here: the machine's interface, and its wire, which is joined to the device that
# leads out of the guest. Thus the machine's interface loses its carrier when the other end of the cable goes down, as on a switch.
HERE=/usr/lib/fabriclab/kernel
LINE=/dev/ttyS0
# shellcheck source=images/files/kernel/wire.sh
. "$HERE/wire.sh"
stty -F "$LINE" raw -echo
exec 5<>"$LINE"
tell() { echo "$*" >&5; }
declare -A known
state_of() {
  ip -o link show dev "$1" 2>/dev/null | awk '{
    for (i = 4; i < NF; i++) if ($i == "mtu") print ($3 ~ /[<,]UP[,>]/ ? "up" : "down"), $(i + 1)
  }'
}
carrier() { if [ "$2" = carrier ]; then ip link set dev "wire-$1" up; else ip link set dev "wire-$1" down; fi; }
plug() { # NUMBER NAME MAC up|down carrier|none MTU
  local device=vec$1
  # After a start of this service alone the cable is there already; after a start of the kernel alone the device is not.
  [ -e "/sys/class/net/$device" ] || { tell lost "$2"; return; }
  if [ ! -e "/sys/class/net/$2" ]; then
    ip link add name "$2" address "$3" mtu "$6" type veth peer name "wire-$2" mtu "$6"
    ip link set dev "$device" up
    wire "$device" "wire-$2"
  fi
  known[$2]="$4 $6"
  carrier "$2" "$5"
  ip link set dev "$2" mtu "$6" "$4"
}
set_cable() { # NAME up|down carrier|none MTU
  known[$1]="$2 $4"
  carrier "$1" "$3"
  ip link set dev "wire-$1" mtu "$4"
  ip link set dev "$1" mtu "$4" "$2"
}
unplug() { # NUMBER NAME
  unset "known[$2]"
  ip link del dev "$2" 2>/dev/null
  ip link set dev "vec$1" down
  tell released "$2"
}
# What changed in the guest is told, unless it is what the other side said.
changed() {
  local now
  [ -n "${known[$1]:-}" ] || return
  now=$(state_of "$1")
  [ -n "$now" ] && [ "$now" != "${known[$1]}" ] || return
  known[$1]=$now
  # shellcheck disable=SC2086 # two words
  tell set "$1" $now
}
listen() {
  ip -o monitor link | sed -u -n 's/^[0-9]*: \([^:@]*\)[:@].*/changed \1/p' &
  sed -u 's/\r$//; s/^set /set_cable /' <&5 &
  tell ready
  wait
}
listen | while read -r kind words; do
  # shellcheck disable=SC2086 # the words of one message
  case $kind in plug | set_cable | unplug | changed) "$kind" $words ;; esac
done
