#!/bin/sh
# resolve.sh NAMESPACE SERVER NAME
#
# Prints the addresses that the DNS server gives for the name, asked from a pod's network namespace by the C library's own resolver. Its resolv.conf is one
# that only this command sees. A name that isn't known (status 2 of getent) has no addresses, and is no failure.
set -u
namespace=$1 server=$2 name=$3
resolv=$(mktemp /run/fabriclab-verify.XXXXXX)
trap 'rm -f "$resolv"' EXIT
printf 'nameserver %s\noptions timeout:2 attempts:2\n' "$server" >"$resolv"
# The inner shell expands its own arguments.
# shellcheck disable=SC2016
nsenter --net="/run/netns/$namespace" unshare -m \
  sh -c 'mount --bind "$0" /etc/resolv.conf && getent ahostsv4 "$1"' "$resolv" "$name"
status=$?
[ "$status" -eq 2 ] || exit "$status"
