#!/bin/sh
# bgp-settled.sh POOL
#
# Waits, before an encapsulated pool becomes plain, until every calico-node runs BIRD and has its sessions up: it is ready only then. Updates cross the fabric
# within a second of that. Where there is no encapsulated pool, there is nothing to wait for.
set -eu
pool=$1
admin() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
if [ "$(admin get ippools.crd.projectcalico.org "$pool" -o jsonpath='{.spec.vxlanMode}' 2>/dev/null)" != Always ]; then exit 0; fi

with_bird() {
  if ! daemonset=$(admin -n kube-system get daemonset calico-node -o yaml); then return 1; fi
  if ! printf '%s\n' "$daemonset" | grep -q -e -bird-ready; then echo "a readiness probe without -bird-ready"; return 1; fi
}
wait_for 300 0.5 "DaemonSet calico-node with a probe for BIRD" with_bird
admin -n kube-system rollout status daemonset/calico-node --timeout=300s
sleep 2
