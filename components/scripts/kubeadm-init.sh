#!/bin/sh
# Makes the cluster from kubeadm's configuration on standard input, and prints the kubeconfig of its administrator.
#
# An init that was interrupted is reset and begun again. A cluster that runs is left alone, and other settings for it are refused.
set -eu
asked=/etc/kubernetes/kubeadm.yaml
made=/etc/kubernetes/fabriclab-done
cat >"$asked"
if [ -f "$made" ]; then
  changed=$(diff "$made" "$asked" | grep '^[<>]' || true)
  if [ -n "$changed" ]; then
    {
      echo "these settings can't change in a cluster that runs (< as it was made, > as asked for now):"
      printf '%s\n' "$changed"
      echo "leave them as they are, or build the lab anew: destroy it, then up"
    } >&2
    exit 1
  fi
else
  if [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ]; then
    kubeadm reset -f >/dev/null 2>&1 || true
    rm -rf /var/lib/etcd/member
  fi
  systemctl start containerd
  if ! kubeadm init --config "$asked" --skip-token-print >/var/log/kubeadm-init.log 2>&1; then
    tail -n 25 /var/log/kubeadm-init.log >&2
    exit 1
  fi
  mkdir -p /root/.kube
  ln -sf /etc/kubernetes/admin.conf /root/.kube/config
  cp "$asked" "$made"
fi
cat /etc/kubernetes/admin.conf
