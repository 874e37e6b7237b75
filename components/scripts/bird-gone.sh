#!/bin/sh
# bird-gone.sh POOL
#
# Waits, before a plain pool becomes encapsulated, until calico-node runs without BIRD on every node. BIRD's routes stay in the kernel (`persist`), the leaves
# keep theirs by graceful restart (RFC 4724, 120 s), so that nobody withdraws any when the pool changes. Where there is no plain pool, there is nothing to
# wait for.
set -eu
pool=$1
admin() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
if [ "$(admin get ippools.crd.projectcalico.org "$pool" -o jsonpath='{.spec.vxlanMode}' 2>/dev/null)" != Never ]; then exit 0; fi

without_bird() {
  if ! daemonset=$(admin -n kube-system get daemonset calico-node -o yaml); then return 1; fi
  if printf '%s\n' "$daemonset" | grep -e -bird-ready; then return 1; fi
}
wait_for 300 0.2 "DaemonSet calico-node without a probe for BIRD" without_bird
admin -n kube-system rollout status daemonset/calico-node --timeout=300s
