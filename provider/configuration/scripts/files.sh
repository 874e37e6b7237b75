#!/bin/sh
# unpack DIRECTORY
#
# Writes the files of standard input below the directory. Each file is a line "COUNT /path" and then COUNT lines of text: because the lines are counted,
# nothing that stands in a file can begin another file.
unpack() {
  while read -r unpack_left unpack_path; do
    mkdir -p "$1$(dirname "$unpack_path")"
    while [ "$unpack_left" -gt 0 ]; do
      IFS= read -r unpack_line || { echo "standard input ended inside of $unpack_path" >&2; return 1; }
      printf '%s\n' "$unpack_line"
      unpack_left=$((unpack_left - 1))
    done >"$1$unpack_path"
  done
}

# put_interfaces FILE
#
# Puts a new /etc/network/interfaces in force the way an operator of the switch does it: ifreload touches only what differs.
put_interfaces() {
  if ! cmp -s "$1" /etc/network/interfaces || ! ifquery -a --check >/dev/null 2>&1; then
    install -m 0644 "$1" /etc/network/interfaces
    mkdir -p /run/network
    ifreload -a
  fi
}

# hide_passwords
#
# Copies text without the passwords of BGP sessions: FRR quotes the line that it refuses.
hide_passwords() { sed -E 's/(password )[^[:space:]]+/\1[secret]/g'; }
