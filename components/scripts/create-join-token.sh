#!/bin/sh
# Prints kubeadm's own join command: a token that is valid for two hours, and the hash of the key of the cluster's CA.
set -eu
kubeadm token create --ttl 2h --print-join-command --kubeconfig /etc/kubernetes/admin.conf
