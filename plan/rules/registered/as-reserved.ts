import { reservedReason } from "../reserved-as";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";
import { AS_ANNOTATION } from "./registered";

const REMEDY = "Use a private AS number: 64512 to 65534, or 4200000000 to 4294967294 (RFC 6996).";
const ANNOTATION = `metadata.annotations["${AS_ANNOTATION}"]`;

export const asReserved: RegisteredRule = {
  name: "calico-as-reserved",
  title: "AS numbers of Calico's objects have 32 bits and are none of the reserved ones",
  severity: "error",
  scope: "resource",
  source: "RFC 7607, RFC 6793, RFC 7300",
  calico: "3.28",
  why: "Routers refuse the number, or routes that carry it.",
  check: ({ peers, bgpConfigurations, nodes }) => [
    ...[...peers, ...bgpConfigurations].flatMap((each) => reserved(each, "spec.asNumber")),
    ...nodes.flatMap((node) => reserved(node, ANNOTATION)),
    // An annotation is text, and Calico takes the cluster's AS number where it can't read one.
    ...nodes
      .filter(({ as }) => as === null)
      .map((node) => found(node, ANNOTATION, `the annotation is "${node.written}", which is no AS number`, REMEDY)),
  ],
};

function reserved(
  by: { readonly urn: string; readonly resource: string; readonly as: number | null },
  path: string,
): RegisteredFinding[] {
  const reason = by.as === null ? undefined : reservedReason(by.as);
  return reason === undefined ? [] : [found(by, path, `${path} is ${by.as}, which is reserved: ${reason}`, REMEDY)];
}
