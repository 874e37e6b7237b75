#!/bin/sh
# forget-path-mtus.sh
#
# Forgets every path MTU that the machine and the pods on it have learned. The kernel keeps one for ten minutes after the last packet that was too long
# (ip-sysctl, mtu_expires), whatever became of the link that took no longer ones.
ip route flush cache
for namespace in /run/netns/*; do
  ip -n "${namespace##*/}" route flush cache 2>/dev/null || true
done
