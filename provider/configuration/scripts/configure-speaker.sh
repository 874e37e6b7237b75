#!/bin/sh
# configure-speaker.sh NODE
#
# Makes the node known to Calico as a BGP speaker, by annotations and labels of its own Node object. Standard input has the annotations as `kubectl annotate`
# takes them on the first line, and the labels on the second.
set -eu
node=$1
read -r annotations
read -r labels
own() { kubectl --kubeconfig /etc/kubernetes/kubelet.conf "$@"; }
wait_for 60 0.2 "the API server to know node $node" own get node "$node"
# Each word is an argument of its own.
# shellcheck disable=SC2086
own annotate node "$node" --overwrite $annotations >/dev/null
# shellcheck disable=SC2086
own label node "$node" --overwrite $labels >/dev/null
