#!/bin/sh
# look.sh SECTION...
#
# Prints what is in force on this machine. For each section there is a line "COUNT NAME STATUS", with the exit status of the program that was asked, and
# then COUNT lines of what it printed: because the lines are counted, no answer can be taken for another section.
set -u
# A daemon that stands still gives no answer. Whoever asks it would wait for good.
limit() { timeout 5 "$@"; }

section() {
  name=$1
  shift
  text=$("$@" 2>/dev/null)
  status=$?
  if [ -z "$text" ]; then
    printf '0 %s %s\n' "$name" "$status"
  else
    printf '%s %s %s\n%s\n' "$(printf '%s\n' "$text" | wc -l)" "$name" "$status" "$text"
  fi
}

# Objects that decide what reaches what.
CALICO=crd.projectcalico.org
DECIDING="ippools.$CALICO,bgppeers.$CALICO,bgpfilters.$CALICO,networkpolicies.$CALICO,globalnetworkpolicies.$CALICO,networkpolicies.networking.k8s.io"

standing_still() { ps -eo stat=,pid=,comm= | awk '$1 ~ /^T/ { print $2, $3 }'; }

for asked; do
  case $asked in
    hostname) section hostname hostname ;;
    addresses) section addresses ip -j addr show ;;
    rules) section rules ip -j -4 rule show ;;
    routes) section routes ip -j -4 route show table main ;;
    firewall) section firewall iptables-save ;;
    tables) section tables nft list tables ;;
    standing-still) section standing-still standing_still ;;
    member) section member test -e /etc/kubernetes/kubelet.conf ;;
    running) section running limit vtysh -c 'show running-config' ;;
    zebra) section zebra limit vtysh -c 'show ip route json' ;;
    sysctl:*) section "$asked" sysctl -n "${asked#sysctl:}" ;;
    service:*) section "$asked" systemctl is-active "${asked#service:}" ;;
    file:*) section "$asked" cat "${asked#file:}" ;;
    node:*) section "$asked" limit kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node "${asked#node:}" -o json ;;
    deployments) section deployments limit kubectl --kubeconfig /etc/kubernetes/admin.conf get deployments -A -o json ;;
    objects) section objects limit kubectl --kubeconfig /etc/kubernetes/admin.conf get "$DECIDING" -A -o json ;;
    *)
      echo "look.sh has no section $asked" >&2
      exit 2
      ;;
  esac
done
