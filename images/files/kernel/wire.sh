# shellcheck shell=sh
# Joins two interfaces: every frame of the one goes out of the other.
one_way() {
  tc qdisc add dev "$1" ingress
  tc filter add dev "$1" parent ffff: protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev "$2"
}
wire() { one_way "$1" "$2" && one_way "$2" "$1"; }
