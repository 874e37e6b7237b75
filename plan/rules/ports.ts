import type { Problem } from "../../spec";
import { settingText } from "../allocate";
import { clashes, listText, type Rule } from "./rule";

interface Use {
  readonly leaf: string;
  readonly port: number;
  readonly by: string;
  readonly path: string;
  readonly shown: string;
  readonly movable: boolean;
  readonly key: string;
}

/** Every port of a leaf has one cable. (Spine ports are leaf indices, unique by themselves.) */
export const duplicatePort: Rule = ({ nodes, links }) => {
  const uplinks = links.map((link): Use => ({
    leaf: link.leaf.name,
    port: link.leafPort,
    by: link.spine.name,
    path: "fabric.links.firstUplinkPort",
    shown: `swp${link.leafPort} to ${link.spine.name}`,
    movable: false,
    key: `uplink ${link.spine.index.value ?? ""}`,
  }));
  const servers = nodes.flatMap((node): Use[] => {
    if (node.leaf === null || node.port.value === null) return [];
    const { path, given } = node.port;
    const key = given ? path : `${node.spec.role} ${node.index.value ?? ""}`;
    return [{ leaf: node.leaf.name, port: node.port.value, by: node.spec.name, path, shown: settingText(node.port), movable: true, key }];
  });
  return clashes([...uplinks, ...servers], (use) => `${use.leaf} ${use.port}`)
    .filter((group) => new Set(group.map((use) => use.key)).size > 1)
    .map(portProblem);
};

function portProblem(group: readonly Use[]): Problem {
  const last = group.filter((use) => use.movable).at(-1) ?? group[group.length - 1];
  return {
    path: last?.path ?? "",
    message: `swp${last?.port ?? ""} of ${last?.leaf ?? ""} is taken by ${listText(group.map((use) => use.by))}`,
    values: Object.fromEntries(group.map((use) => [use.path, use.shown])),
    remedy: "Give the node a free port, or move fabric.links.firstUplinkPort.",
    rule: "duplicate-port",
  };
}
