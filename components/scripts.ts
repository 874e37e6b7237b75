import { CLUSTER_ID, POOL_NAME, REFLECTOR_LABEL } from "../plan/render";

/**
 * The few lines of shell that run inside machines. Each is safe to run again: it ends in the same state, and does
 * nothing where that state is already there.
 */

/** Files as one text for a command's standard input: a `### <path>` line, then the file. Diffs of it read as diffs of the files. */
export function bundle(files: Readonly<Record<string, string>>): string {
  return Object.keys(files)
    .sort()
    .map((path) => `### ${path}\n${files[path]!.replace(/\n*$/, "\n")}`)
    .join("");
}

/** Splits a bundle from standard input into files under $new. */
const unpack = `set -eu
new=$(mktemp -d /run/fabriclab.XXXXXX); trap 'rm -rf "$new"' EXIT
awk -v d="$new" '/^### \\//{f=d $2; p=f; sub("/[^/]*$","",p); system("mkdir -p " p); printf "" > f; next}{print > f}'
`;

/** Puts a new /etc/network/interfaces in force the way an operator of the switch does: only what differs is touched. */
const interfaces = `if ! cmp -s "$new/etc/network/interfaces" /etc/network/interfaces || ! ifquery -a --check >/dev/null 2>&1; then
  install -m 0644 "$new/etc/network/interfaces" /etc/network/interfaces
  mkdir -p /run/network
  ifreload -a
fi
`;

const switchBegin = `${unpack}${interfaces}
for i in $(seq 100); do vtysh -c 'show version' >/dev/null 2>&1 && break; sleep 0.1; done
`;

const routing = `if ! cmp -s "$new/etc/frr/frr.conf" /etc/frr/frr.conf; then
  want=$(grep '^frr defaults' "$new/etc/frr/frr.conf"); have=$(vtysh -c 'show running-config' | grep '^frr defaults' || true)
  install -m 0640 -o frr -g frr "$new/etc/frr/frr.conf" /etc/frr/frr.conf
  if [ "$want" = "$have" ]; then /usr/lib/frr/frr-reload.py --reload /etc/frr/frr.conf >/dev/null 2>"$new/err" || { cat "$new/err" >&2; exit 1; }
  else systemctl restart frr; fi
fi
`;

/** Cumulus-style switch: interfaces by ifreload, routing by frr-reload, sessions not concerned stay up. */
export const configureSwitch = `${switchBegin}${routing}`;

/**
 * As `configureSwitch`, but only adds to the routing of a switch that has some: what goes, goes when `configureSwitch` runs later. A profile or an AS
 * number can't be added to another.
 */
export const extendSwitch = `${switchBegin}core() { grep -E '^(frr defaults|router bgp) '; }
if [ "$(core <"$new/etc/frr/frr.conf")" = "$(vtysh -c 'show running-config' | core)" ] && vtysh -f "$new/etc/frr/frr.conf" >/dev/null 2>&1; then exit 0; fi
${routing}`;

/** A node's uplink and the resolver file its pods use. */
export const configureNode = `${unpack}${interfaces}
for f in $(cd "$new" && find . -type f ! -path ./etc/network/interfaces); do install -D -m 0644 "$new/$f" "/$f"; done
`;

/**
 * kubeadm init from the configuration on standard input; prints the admin kubeconfig.
 * An init that was interrupted is reset and begun again. A cluster that runs is left alone, and other settings for it are refused.
 */
export const kubeadmInit = `set -eu
cat > /etc/kubernetes/kubeadm.yaml
if [ -f /etc/kubernetes/fabriclab-done ]; then
  changed=$(diff /etc/kubernetes/fabriclab-done /etc/kubernetes/kubeadm.yaml | grep '^[<>]' || true)
  [ -z "$changed" ] || { printf '%s\\n' "these settings can't change in a cluster that runs (< as it was made, > as asked for now):" "$changed" "leave them as they are, or build the lab anew: destroy it, then up" >&2; exit 1; }
else
  if [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ]; then kubeadm reset -f >/dev/null 2>&1 || true; rm -rf /var/lib/etcd/member; fi
  systemctl start containerd
  kubeadm init --config /etc/kubernetes/kubeadm.yaml --skip-token-print >/var/log/kubeadm-init.log 2>&1 || { tail -n 25 /var/log/kubeadm-init.log >&2; exit 1; }
  mkdir -p /root/.kube; ln -sf /etc/kubernetes/admin.conf /root/.kube/config
  cp /etc/kubernetes/kubeadm.yaml /etc/kubernetes/fabriclab-done
fi
cat /etc/kubernetes/admin.conf
`;

/** A join token for one node, valid for two hours, and the hash of the cluster's CA key (kubeadm's own join command). */
export const createJoinToken =
  "kubeadm token create --ttl 2h --print-join-command --kubeconfig /etc/kubernetes/admin.conf";

/** Takes a node that left the lab out of the cluster. */
export const deleteNode = (node: string): string =>
  `kubectl --kubeconfig /etc/kubernetes/admin.conf delete node ${node} --ignore-not-found --wait=false`;

/**
 * kubeadm join from the configuration on standard input, once the API server answers through the fabric. A node of this very cluster, known by its CA's
 * hash, is left as it is; one of a cluster that is gone joins anew.
 */
export const kubeadmJoin = (apiAddress: string): string => `set -eu
umask 077; cat > /etc/kubernetes/join.yaml; trap 'rm -f /etc/kubernetes/join.yaml' EXIT
cluster=$(grep -o 'sha256:[0-9a-f]*' /etc/kubernetes/join.yaml)
if [ "$(cat /etc/kubernetes/fabriclab-done 2>/dev/null)" != "$cluster" ]; then
  rm -f /etc/kubernetes/fabriclab-done
  if [ -e /etc/kubernetes/kubelet.conf ] || [ -e /etc/kubernetes/bootstrap-kubelet.conf ]; then kubeadm reset -f >/dev/null 2>&1 || true; fi
  systemctl start containerd
  for i in $(seq 100); do timeout 1 bash -c '</dev/tcp/${apiAddress}/6443' 2>/dev/null && up=1 && break; sleep 0.3; done
  [ -n "\${up:-}" ] || { echo "the API server ${apiAddress}:6443 can't be reached from here through the fabric: look at the cables and BGP sessions (fabriclab verify)" >&2; exit 1; }
  kubeadm join --config /etc/kubernetes/join.yaml >/var/log/kubeadm-join.log 2>&1 || { tail -n 25 /var/log/kubeadm-join.log | sed 's/[a-z0-9]\\{6\\}\\.[a-z0-9]\\{16\\}/<token>/g' >&2; exit 1; }
  echo "$cluster" > /etc/kubernetes/fabriclab-done
fi
`;

/** What makes a node known to Calico as a BGP speaker: annotations and labels of its own Node object, as `kubectl` takes them, a line each. */
export const configureSpeaker = (node: string): string => `set -eu
{ read -r annotations; read -r labels; }
k="kubectl --kubeconfig /etc/kubernetes/kubelet.conf"
for i in $(seq 100); do $k get node ${node} >/dev/null 2>&1 && break; sleep 0.2; done
$k annotate node ${node} --overwrite $annotations >/dev/null
$k label node ${node} --overwrite $labels >/dev/null
`;

/** BIRD's routes outlive it, so that it may restart without loss (`persist` in Calico's template): once it is gone for good, they go. */
export const forgetRoutes = "pidof bird >/dev/null || ip route flush proto bird";

/**
 * Before sessions go that others replace: those of standard input, a line a node, are up on every node that runs BIRD. After a minute it goes on all the
 * same: what is wrong with a session is not for this step to say.
 */
export const sessionsUp = `set -eu
want=$(cat)
k="kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system"
$k get daemonset calico-node -o yaml 2>/dev/null | grep -q -- -bird-ready || exit 0
up() {
  pod=$1; shift
  seen=$($k exec "$pod" -c calico-node -- birdcl -s /var/run/calico/bird.ctl show protocols 2>/dev/null) || return 0
  for a; do printf '%s\\n' "$seen" | grep -q "_$(echo "$a" | tr . _) .*Established" || return 1; done
}
all() {
  pods=$($k get pods -l k8s-app=calico-node --field-selector status.phase=Running -o jsonpath='{range .items[*]}{.spec.nodeName} {.metadata.name}{"\\n"}{end}')
  while read -r node addresses; do
    pod=$(printf '%s\\n' "$pods" | awk -v n="$node" '$1 == n { print $2; exit }')
    [ -z "$pod" ] || up "$pod" $addresses </dev/null || return 1
  done <<END
$want
END
}
for i in $(seq 120); do all && sleep 2 && break; sleep 0.5; done
`;

/** Takes the marks of a route reflector from all nodes that standard input doesn't name. */
export const retireReflectors = `set -eu
k="kubectl --kubeconfig /etc/kubernetes/admin.conf"
read -r keep || true
for n in $($k get nodes -l ${REFLECTOR_LABEL}=true -o jsonpath='{.items[*].metadata.name}'); do
  case " $keep " in *" $n "*) ;; *) $k label node "$n" ${REFLECTOR_LABEL}- >/dev/null; $k annotate node "$n" ${CLUSTER_ID}- >/dev/null ;; esac
done
`;

/**
 * Before a plain pool becomes encapsulated: calico-node runs without BIRD everywhere. BIRD's routes stay in the kernel (`persist`), the leaves keep theirs by
 * graceful restart (RFC 4724, 120 s), and nobody withdraws any when the pool changes. Where there is no plain pool, there is nothing to wait for.
 */
export const birdGone = `set -eu
k="kubectl --kubeconfig /etc/kubernetes/admin.conf"
[ "$($k get ippools.crd.projectcalico.org ${POOL_NAME} -o jsonpath='{.spec.vxlanMode}' 2>/dev/null)" = Never ] || exit 0
for i in $(seq 600); do $k -n kube-system get daemonset calico-node -o yaml | grep -q -- -bird-ready || break; sleep 0.2; done
$k -n kube-system rollout status daemonset/calico-node --timeout=300s
`;

/** After it: Felix has put a route into its tunnel in place of each of BIRD's. Where BIRD has left no routes, there is nothing to wait for. */
export const vxlanCarries = `set -eu
[ -n "$(ip route show proto bird)" ] || exit 0
k="kubectl --kubeconfig /etc/kubernetes/admin.conf"
others=$(($($k get nodes --no-headers | wc -l) - 1))
for i in $(seq 300); do [ "$(ip route show dev vxlan.calico 2>/dev/null | grep -c via)" -ge "$others" ] && break; sleep 0.2; done
sleep 3
`;

/**
 * Before a pool that is encapsulated becomes plain: every calico-node runs BIRD and has its sessions up (it is ready only then). Updates cross
 * the fabric within a second of that. Where there is no such pool yet, there is nothing to wait for.
 */
export const bgpSettled = `set -eu
k="kubectl --kubeconfig /etc/kubernetes/admin.conf"
case "$($k get ippools.crd.projectcalico.org ${POOL_NAME} -o jsonpath='{.spec.vxlanMode}' 2>/dev/null)" in Always|CrossSubnet) ;; *) exit 0 ;; esac
for i in $(seq 600); do $k -n kube-system get daemonset calico-node -o yaml | grep -q -- -bird-ready && break; sleep 0.5; done
$k -n kube-system rollout status daemonset/calico-node --timeout=300s
sleep 2
`;
