#!/bin/sh
# configure-switch.sh replace|extend|repair
#
# Puts the files of standard input in force on a switch with Cumulus conventions: interfaces by ifreload, routing by frr-reload. Sessions that are not
# concerned stay up.
#
# With `extend`, a switch that has a routing configuration only gets more of it. What has to go, goes when the program runs with `replace` later. With `repair`,
# what runs becomes the file, even where the file on the disk is the wanted one already.
set -eu
mode=$1
new=$(mktemp -d /run/fabriclab.XXXXXX)
trap 'rm -rf "$new"' EXIT
unpack "$new"
put_interfaces "$new/etc/network/interfaces"
wait_for 30 0.1 "FRR to answer vtysh" vtysh -c 'show version'

wanted=$new/etc/frr/frr.conf
# The lines that nothing can be added to: the profile and the AS number.
foundation() { grep -E '^(frr defaults|router bgp) '; }
if [ "$mode" = extend ] && [ "$(foundation <"$wanted")" = "$(vtysh -c 'show running-config' | foundation)" ]; then
  if vtysh -f "$wanted" >/dev/null 2>&1; then exit 0; fi
fi

if [ "$mode" != repair ] && cmp -s "$wanted" /etc/frr/frr.conf; then exit 0; fi
profile_wanted=$(grep '^frr defaults' "$wanted" || true)
profile_there=$(vtysh -c 'show running-config' | grep '^frr defaults' || true)
install -m 0640 -o frr -g frr "$wanted" /etc/frr/frr.conf
# frr-reload can't change the profile.
if [ "$profile_wanted" != "$profile_there" ]; then
  systemctl restart frr
elif ! /usr/lib/frr/frr-reload.py --reload /etc/frr/frr.conf >/dev/null 2>"$new/errors"; then
  hide_passwords <"$new/errors" >&2
  exit 1
fi
