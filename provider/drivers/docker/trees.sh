#!/bin/sh
# Works on machines' trees in an image store at /s, side by side: pairs of arguments, the work and the tree's folder. It fails where one of them does.
# Hard links share content that never changes; databases are written in place, so each machine has its own.

plant() {
  d="/s/machines/$1"; rm -rf "$d"; mkdir -p /s/machines; cp -al /s/seed/containerd "$d"
  find "$d" -name '*.db' | while read -r f; do cp -p "$f" "$f.own"; mv "$f.own" "$f"; done
}
uproot() { rm -rf "/s/machines/$1"; }
do_work() { case $1 in plant) plant "$2" ;; uproot) uproot "$2" ;; esac; }
jobs=; failed=0
while [ $# -gt 0 ]; do ( set -e; do_work "$1" "$2" ) & jobs="$jobs $!"; shift 2; done
for job in $jobs; do wait "$job" || failed=1; done
exit $failed
