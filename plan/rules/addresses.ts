import { addressText, holds, knownAddress, knownRange, rangeSize } from "../../spec/ip";
import type { Problem } from "../../spec";
import { valuesOf, type NodeAllocation } from "../allocate";
import { clashes, listText, type Rule } from "./rule";

/** No two loopbacks and no two nodes have one address. */
export const duplicateAddress: Rule = ({ spines, leaves, nodes }) => {
  const owners = [
    ...[...spines, ...leaves].map((each) => ({ name: each.name, address: each.loopback, key: `${each.role} ${each.index.value ?? ""}` })),
    ...nodes.map((node) => ({ name: node.spec.name, address: node.address, key: `${node.spec.leaf} ${node.spec.role} ${node.index.value ?? ""}` })),
  ];
  return clashes(owners, (owner) => owner.address.value)
    // Equal derived addresses of equal indices are the index's problem, reported there.
    .filter((group) => new Set(group.map((each) => (each.address.given ? each.address.path : each.key))).size > 1)
    .map((group) => {
      const last = group.filter((each) => each.address.given).at(-1) ?? group[group.length - 1];
      return {
        path: last?.address.path ?? "",
        message: `${last?.address.value ?? ""} is taken by ${listText(group.map((each) => each.name))}`,
        values: valuesOf(...group.map((each) => each.address)),
        remedy: "Give each an address of its own.",
        rule: "duplicate-address",
      };
    });
};

/** A server subnet has room for a gateway and hosts. */
export const serverSubnetSize: Rule = ({ leaves }) =>
  leaves.flatMap(({ name, serverSubnet }) => {
    if (serverSubnet.value === null || rangeSize(knownRange(serverSubnet.value)) >= 4) return [];
    return [
      {
        path: serverSubnet.path,
        message: `server subnet ${serverSubnet.value} of ${name} has no room for a gateway and a host`,
        values: valuesOf(serverSubnet),
        remedy: "Use /30 or shorter; /24 fits the default addresses.",
        rule: "server-subnet-size",
      },
    ];
  });

/** A node's address is one of its leaf's server subnet that a host may have, and not the gateway's. */
export const nodeAddress: Rule = ({ nodes }) => nodes.flatMap((node) => addressProblem(node) ?? []);

function addressProblem(node: NodeAllocation): Problem | null {
  const { leaf, address, spec } = node;
  const subnet = leaf?.serverSubnet.value ?? null;
  if (leaf === null || subnet === null || node.index.value === null) return null;
  const range = knownRange(subnet);
  const problem = (message: string): Problem => ({
    path: address.path,
    message,
    values: { ...(address.value === null ? valuesOf(node.index) : valuesOf(address)), ...valuesOf(leaf.serverSubnet) },
    remedy: `Use a free address from ${addressText(range.first + 2)} to ${addressText(range.last - 1)}.`,
    rule: "node-address",
  });
  if (rangeSize(range) < 4) return null;
  if (address.value === null) return problem(`${spec.name} with index ${node.index.value} has no default address in ${subnet}`);
  const value = knownAddress(address.value);
  if (!holds(range, value)) return problem(`${address.value} of ${spec.name} is outside the server subnet ${subnet} of ${leaf.name}`);
  if (value === range.first) return problem(`${address.value} of ${spec.name} is the network address of ${subnet}`);
  if (value === range.last) return problem(`${address.value} of ${spec.name} is the broadcast address of ${subnet}`);
  if (address.value === leaf.gateway) return problem(`${address.value} of ${spec.name} is the gateway on ${leaf.name}`);
  return null;
}
