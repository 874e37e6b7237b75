import { settingText } from "../allocate";
import { serversOf } from "./common/servers";
import { clashes, defineRule, listText, type Finding } from "./rule";

interface Use {
  readonly leaf: string;
  readonly port: number;
  readonly by: string;
  /** What the user would move: "node", "host". */
  readonly what: string;
  readonly path: string;
  readonly shown: string;
  readonly movable: boolean;
  readonly key: string;
}

export const duplicatePort = defineRule({
  name: "duplicate-port",
  title: "Every port of a leaf has one cable",
  severity: "error",
  source: 'docs/spec.md, "Where addresses and numbers come from"',
  why: "Two cables don't fit in one port. (Spine ports are leaf indices, unique by themselves.)",
  fixed: "The second cable can't be connected.",
  find: (lab) => {
    const uplinks = lab.links.map((link): Use => ({
      leaf: link.lower.name,
      port: link.ports.lower,
      by: link.upper.name,
      what: "",
      path: "fabric.links.firstUplinkPort",
      shown: `swp${link.ports.lower} to ${link.upper.name}`,
      movable: false,
      key: `uplink ${link.upper.index.value ?? ""}`,
    }));
    const servers = serversOf(lab).flatMap(({ kind, name, leaf, port, key }): Use[] => {
      if (leaf === null || port.value === null) return [];
      return [
        {
          leaf: leaf.name,
          port: port.value,
          by: name,
          what: kind,
          path: port.path,
          shown: settingText(port),
          movable: true,
          key: port.given ? port.path : key,
        },
      ];
    });
    return clashes([...uplinks, ...servers], (use) => `${use.leaf} ${use.port}`)
      .filter((group) => new Set(group.map((use) => use.key)).size > 1)
      .map(portFinding);
  },
});

function portFinding(group: readonly Use[]): Finding {
  const last = group.filter((use) => use.movable).at(-1) ?? group[group.length - 1];
  return {
    path: last?.path ?? "",
    message: `swp${last?.port ?? ""} of ${last?.leaf ?? ""} is taken by ${listText(group.map((use) => use.by))}`,
    values: Object.fromEntries(group.map((use) => [use.path, use.shown])),
    remedy: `Give the ${last?.what ?? ""} a free port, or move fabric.links.firstUplinkPort.`,
  };
}
