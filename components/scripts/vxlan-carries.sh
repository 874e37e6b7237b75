#!/bin/sh
# Waits, after a plain pool became encapsulated, until Felix has put a route into its tunnel in place of each of BIRD's. Where BIRD left no routes, there is
# nothing to wait for.
set -eu
if [ -z "$(ip route show proto bird)" ]; then exit 0; fi
others=$(($(kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers | wc -l) - 1))
enough_routes() {
  routes=$(ip route show dev vxlan.calico 2>/dev/null | grep -c via)
  echo "$routes"
  [ "$routes" -ge "$others" ]
}
wait_for 120 0.2 "$others routes into vxlan.calico, one to each other node" enough_routes
sleep 3
