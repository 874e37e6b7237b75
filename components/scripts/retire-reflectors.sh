#!/bin/sh
# retire-reflectors.sh LABEL ANNOTATION
#
# Takes the marks of a route reflector from all nodes that standard input, one line, doesn't name.
set -eu
label=$1 annotation=$2
read -r keep || true
admin() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
for node in $(admin get nodes -l "$label=true" -o jsonpath='{.items[*].metadata.name}'); do
  case " $keep " in
    *" $node "*) ;;
    *)
      admin label node "$node" "$label-" >/dev/null
      admin annotate node "$node" "$annotation-" >/dev/null
      ;;
  esac
done
