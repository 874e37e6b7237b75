import type { WrittenValue } from "./calico-types";
import { at, listAt, type RegisteredResource } from "./resource";

const MODES = ["Always", "CrossSubnet", "Never"] as const;
const USES = ["Workload", "Tunnel", "LoadBalancer"] as const;
const SWITCH = ["Enabled", "Disabled"] as const;

/** Fields of Calico's objects that know a few values; "[]" stands for every item of a list. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  IPPool: {
    "spec.ipipMode": MODES,
    "spec.vxlanMode": MODES,
    "spec.allowedUses[]": USES,
    "spec.assignmentMode": ["Automatic", "Manual"],
  },
  BGPPeer: { "spec.sourceAddress": ["UseNodeIP", "None"] },
  BGPConfiguration: {
    "spec.logSeverityScreen": ["Debug", "Info", "Warning", "Error", "Fatal"],
    "spec.bindMode": ["None", "NodeIP"],
  },
  BGPFilter: {
    "spec.exportV4[].action": ["Accept", "Reject"],
    "spec.importV4[].action": ["Accept", "Reject"],
    "spec.exportV6[].action": ["Accept", "Reject"],
    "spec.importV6[].action": ["Accept", "Reject"],
    "spec.exportV4[].matchOperator": ["Equal", "NotEqual", "In", "NotIn"],
    "spec.importV4[].matchOperator": ["Equal", "NotEqual", "In", "NotIn"],
    "spec.exportV6[].matchOperator": ["Equal", "NotEqual", "In", "NotIn"],
    "spec.importV6[].matchOperator": ["Equal", "NotEqual", "In", "NotIn"],
  },
  FelixConfiguration: { "spec.iptablesBackend": ["Legacy", "NFT", "Auto"] },
};

/** The same of the operator's Installation. */
const INSTALLATION: Readonly<Record<string, readonly string[]>> = {
  "calicoNetwork.bgp": SWITCH,
  "calicoNetwork.ipPools[].encapsulation": ["IPIP", "IPIPCrossSubnet", "VXLAN", "VXLANCrossSubnet", "None"],
  "calicoNetwork.ipPools[].natOutgoing": SWITCH,
  "calicoNetwork.ipPools[].allowedUses[]": USES,
};

/** Values of an object's fields that know a few. */
export const writtenValues = (
  each: Pick<RegisteredResource, "urn" | "name" | "props">,
  kind: string | null,
): WrittenValue[] => (kind === null ? [] : valuesAt(each, "", FIELDS[kind] ?? {}));

export const installationValues = (each: RegisteredResource, root: string): WrittenValue[] =>
  valuesAt(each, `${root}.`, INSTALLATION);

function valuesAt(
  { urn, name, props }: Pick<RegisteredResource, "urn" | "name" | "props">,
  root: string,
  fields: Readonly<Record<string, readonly string[]>>,
): WrittenValue[] {
  return Object.entries(fields).flatMap(([field, known]) =>
    placesOf(props, `${root}${field}`).flatMap(({ path, value }) =>
      typeof value === "string" ? [{ urn, resource: name, path, text: value, known }] : [],
    ),
  );
}

/** Every place that a field with "[]" in it stands for. */
function placesOf(props: unknown, field: string): { path: string; value: unknown }[] {
  const cut = field.indexOf("[]");
  if (cut < 0) return [{ path: field, value: at(props, field) }];
  const [list, rest] = [field.slice(0, cut), field.slice(cut + 2).replace(/^\./, "")];
  return listAt(props, list).flatMap((item, i) => {
    const here = `${list}[${i}]`;
    return rest === ""
      ? [{ path: here, value: item }]
      : placesOf(item, rest).map(({ path, value }) => ({ path: `${here}.${path}`, value }));
  });
}
