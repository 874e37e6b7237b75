#!/bin/sh
# Works on cables between network namespaces of this machine, one an argument: the work to do and its words.
#
#     plug   PID_A INTERFACE_A PID_B INTERFACE_B MTU MAC_A MAC_B up|down
#     show   PID_A INTERFACE_A PID_B INTERFACE_B
#     unplug PID_A INTERFACE_A PID_B INTERFACE_B
#
# No word is ever read as a command but the first. After the output of each work comes a line with its number and its exit status.

# A name for a machine's network namespace, so that ip tells where an interface's peer is. Fails where the machine has just gone.
name() { [ -e "/run/netns/p$1" ] || ip netns attach "p$1" "$1"; }
line() { nsenter -t "$1" -n ip -o link show dev "$2" 2>/dev/null; }
# Own index, the peer's, and the peer's namespace.
index() { sed -n 's/^\([0-9]*\): [^@]*@if\([0-9]*\):.*link-netns \([^ \\]*\).*/\1 \2 \3/p'; }
# Whether two interfaces are each other's peers: both indexes and both namespaces must fit.
peers() {
  name "$1" && name "$3" || return 1; ax=$(line "$1" "$2") || return 1; bx=$(line "$3" "$4") || return 1
  x=$(echo "$ax" | index); y=$(echo "$bx" | index); own=${x%% *}; other=${y%% *}
  [ "$x" = "$own $other p$3" ] && [ "$y" = "$other $own p$1" ]
}
drop() { nsenter -t "$1" -n ip link del dev "$2" 2>/dev/null || true; }
join() {
  ip link add name "$2" mtu "$5" address "$6" netns "$1" type veth peer name "$4" mtu "$5" address "$7" netns "$3"
  peers "$1" "$2" "$3" "$4" || { echo "the new interfaces are not each other's peers"; exit 1; }
}
set_end() { nsenter -t "$1" -n ip link set dev "$2" mtu "$3" "$4"; }
plug() {
  peers "$1" "$2" "$3" "$4" || { drop "$1" "$2"; drop "$3" "$4"; join "$@"; }
  set_end "$1" "$2" "$5" "$8"; set_end "$3" "$4" "$5" "$8"
}
show() { if peers "$1" "$2" "$3" "$4"; then echo "$ax"; echo "$bx"; fi; }
unplug() { if peers "$1" "$2" "$3" "$4"; then drop "$1" "$2"; fi; }
number=0
for words in "$@"; do
  # shellcheck disable=SC2086 # the words of one work
  ( set -ef; $words ) 2>&1; echo "@@fabriclab $number $?"
  number=$((number + 1))
done
