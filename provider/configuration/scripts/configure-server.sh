#!/bin/sh
# configure-server.sh [UNIT...]
#
# Puts the files of standard input in force on a server: its uplink by ifreload, all other files by copying them to their places. Then it starts the units.
set -eu
new=$(mktemp -d /run/fabriclab.XXXXXX)
trap 'rm -rf "$new"' EXIT
unpack "$new"
put_interfaces "$new/etc/network/interfaces"
find "$new" -type f ! -path "$new/etc/network/interfaces" | while IFS= read -r file; do
  install -D -m 0644 "$file" "${file#"$new"}"
done
[ $# -eq 0 ] || systemctl start "$@"
