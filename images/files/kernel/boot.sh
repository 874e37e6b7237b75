#!/bin/bash
# PID 1 of a container whose machine has a kernel of its own: user-mode Linux, whose root is the container's own file system (hostfs).
#
#     boot.sh MEMORY_MIB
#
# A container's interface and the guest's are two interfaces joined by a TAP. What is plugged into the container is plugged into the guest by the console of
# the kernel, and the two sides tell each other of admin state, carrier and MTU by the guest's serial line (guest.sh is the other side).
set -u
HERE=/usr/lib/fabriclab/kernel
STATE=/var/lib/fabriclab/kernel
MEMORY=$1
mkdir -p "$STATE" /dev/net /tmp/kernel
[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
# shellcheck source=images/files/kernel/wire.sh
. "$HERE/wire.sh"
tap() { ip tuntap add "$1" mode tap; ethtool -K "$1" tso off gso off tx off >/dev/null 2>&1; ip link set "$1" mtu 9216 up; }
console() { "$HERE/uml_mconsole" /tmp/kernel/machine/mconsole "$@" >/dev/null 2>&1; }

# The management network's address goes to the guest with its interface.
ip -4 -o addr show dev eth0 | awk '{ print $4 }' >"$STATE/management"
cp /sys/class/net/eth0/address "$STATE/management-mac"
cat /sys/class/net/eth0/mtu >"$STATE/management-mtu"
ip addr flush dev eth0
ip link set eth0 up
tap tap0
wire eth0 tap0

# What lies on hostfs can't be watched by inotify, nor be the upper layer of an overlay: a disk of the guest's own can. It is sparse.
DISK=/var/lib/fabriclab/kernel/disk
[ -e "$DISK" ] || { truncate -s 16G "$DISK.new"; mkfs.ext4 -q -F -E lazy_itable_init=1,lazy_journal_init=1 -O ^has_journal "$DISK.new" && mv "$DISK.new" "$DISK"; }

# Each way of the guest's serial line is a FIFO that stays open, so that a side that starts again loses nothing of the other's. The kernel has descriptors of
# its own (5 and 6), since it makes what it is given non-blocking.
mkfifo /tmp/kernel/to-guest /tmp/kernel/from-guest
exec 5<>/tmp/kernel/to-guest 6<>/tmp/kernel/from-guest 7<>/tmp/kernel/to-guest 8<>/tmp/kernel/from-guest

export TMPDIR=/tmp HOME=/root
trap 'console cad' RTMIN+3 TERM
"$HERE/linux" umid=machine uml_dir=/tmp/kernel/ mem="${MEMORY}M" root=/dev/root rootfstype=hostfs rootflags=/ rw init="$HERE/guest.sh" ubd0="$DISK" \
  "vec0:transport=tap,ifname=tap0,depth=128,mac=$(cat "$STATE/management-mac")" con=null con0=null,fd:1 ssl=null ssl0=fd:5,fd:6 quiet systemd.show_status=0 SYSTEMD_COLORS=0 </dev/null &
KERNEL=$!

# Cables by name: the number of the TAP and of the guest's device, and what both sides know of the cable. Nothing is known before the guest listens.
declare -A number known
last=0
listening=
# Admin state, carrier and MTU of the container's interface.
state_of() {
  ip -o link show dev "$1" 2>/dev/null | awk '{
    up = $3 ~ /[<,]UP[,>]/ ? "up" : "down"; carrier = $3 ~ /[<,]LOWER_UP[,>]/ || up == "down" ? "carrier" : "none"
    for (i = 4; i < NF; i++) if ($i == "mtu") print up, carrier, $(i + 1)
  }'
}
unwire() { # NAME
  console remove "vec${number[$1]}"
  ip link del dev "tap${number[$1]}" 2>/dev/null
  unset "number[$1]" "known[$1]"
}
# An interface of the container as it is now, told where that is news.
look() { # NAME
  local name=$1 now
  if [ ! -e "/sys/class/net/$name" ]; then
    [ -z "${number[$name]:-}" ] || echo "unplug ${number[$name]} $name" >&7
    return
  fi
  now=$(state_of "$name")
  [ -n "$now" ] || return
  if [ -z "${number[$name]:-}" ]; then
    last=$((last + 1))
    tap "tap$last"
    wire "$name" "tap$last"
    console config "vec$last:transport=tap,ifname=tap$last,depth=128,mtu=9216"
    number[$name]=$last
  fi
  [ "${known[$name]:-}" != "$now" ] || return
  if [ -n "${known[$name]:-}" ]; then echo "set $name $now" >&7; else echo "plug ${number[$name]} $name $(cat "/sys/class/net/$name/address") $now" >&7; fi
  known[$name]=$now
}
cable() { case $1 in lo | eth0 | tap*) ;; *) [ -z "$listening" ] || look "$1" ;; esac; }
# What the guest says: that it listens from now on; that a kernel started anew lacks a device; that a device is free; what changed on its side of a cable.
heard() {
  case $1 in
    ready)
      listening=1
      known=()
      for path in /sys/class/net/*; do cable "${path##*/}"; done
      ;;
    lost | released)
      [ -n "${number[$2]:-}" ] || return
      unwire "$2"
      cable "$2"
      ;;
    set) # NAME up|down MTU. The carrier is the cable's own, which no end decides.
      [ -n "${known[$2]:-}" ] || return
      read -r _ carrier _ <<<"${known[$2]}"
      known[$2]="$3 $carrier $4"
      ip link set dev "$2" mtu "$4" "$3"
      ;;
  esac
}
watch() {
  # A line of the monitor: "7: swp1@if8: <BROADCAST,...>", or the same after "Deleted".
  ip -o monitor link | sed -u -n 's/^\(Deleted \)\?[0-9]*: \([^:@]*\)[:@].*/cable \2/p' &
  sed -u 's/\r$//; s/^/heard /' <&8 &
  wait
}
watch | while read -r kind words; do
  # shellcheck disable=SC2086 # the words of one message
  case $kind in cable | heard) "$kind" $words ;; esac
done &

while kill -0 "$KERNEL" 2>/dev/null; do wait "$KERNEL"; done
