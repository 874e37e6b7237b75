#!/bin/sh
# BIRD's routes outlive it (`persist` in Calico's template), so that it may restart without loss. Once BIRD is gone for good, they go.
set -eu
pidof bird >/dev/null || ip route flush proto bird
