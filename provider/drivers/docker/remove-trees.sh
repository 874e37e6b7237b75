#!/bin/sh
# Removes the trees in an image store at /s whose folders match an extended regular expression, and prints each.

cd /s/machines 2>/dev/null || exit 0
for tree in *; do
  if echo "$tree" | grep -qxE "$1"; then rm -rf "./$tree"; echo "$tree"; fi
done
