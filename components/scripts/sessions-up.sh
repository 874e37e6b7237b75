#!/bin/sh
# Waits, before BGP sessions end that others replace, until those others are up on every node that runs BIRD. Standard input names them: a line has a
# node and the addresses of its neighbors.
#
# After a minute the program succeeds all the same. A session that stays down has a reason of its own (a spec that plans it so, a broken cable), the lab is
# to be built nevertheless, and `fabriclab verify` says what is wrong with it.
set -eu
wanted=$(cat)
admin() { kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system "$@"; }
if ! admin get daemonset calico-node -o yaml 2>/dev/null | grep -q -- -bird-ready; then exit 0; fi

# A pod whose BIRD can't be asked runs none, and has no sessions to wait for.
node_up() {
  pod=$1
  shift
  protocols=$(admin exec "$pod" -c calico-node -- birdcl -s /var/run/calico/bird.ctl show protocols 2>/dev/null) || return 0
  for address; do
    if ! printf '%s\n' "$protocols" | grep -q "_$(echo "$address" | tr . _) .*Established"; then
      echo "the session of $pod with $address is not established"
      return 1
    fi
  done
}

all_up() {
  pods=$(admin get pods -l k8s-app=calico-node --field-selector status.phase=Running \
    -o jsonpath='{range .items[*]}{.spec.nodeName} {.metadata.name}{"\n"}{end}') || return 1
  printf '%s\n' "$wanted" | while read -r node addresses; do
    pod=$(printf '%s\n' "$pods" | awk -v n="$node" '$1 == n { print $2; exit }')
    # Each address is an argument of its own.
    # shellcheck disable=SC2086
    if [ -n "$pod" ] && ! node_up "$pod" $addresses </dev/null; then exit 1; fi
  done
}

if wait_for 60 0.5 "the BGP sessions that are to replace others" all_up; then
  # Their first updates cross the fabric meanwhile.
  sleep 2
else
  echo "going on all the same: fabriclab verify tells what is wrong with a session" >&2
fi
