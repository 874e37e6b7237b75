#!/bin/sh
# delete-node.sh NODE
#
# Takes a node that left the lab out of the cluster.
set -eu
kubectl --kubeconfig /etc/kubernetes/admin.conf delete node "$1" --ignore-not-found --wait=false
