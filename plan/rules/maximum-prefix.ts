import { fabricKnowsPods, peersWithLeaf } from "../calico";
import { leavesOf, nodesOf } from "../lookup";
import { reflectorsOf } from "./common/reflectors";
import { defineRule } from "./rule";

export const maximumPrefix = defineRule({
  name: "maximum-prefix",
  title: "A leaf takes as many prefixes from a node as the node announces",
  severity: "error",
  source: "https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-neighbor-PEER-maximum-prefix-NUMBER-force",
  why: "With more the leaf ends the session (FRR 8.4 from the second on), and the pods behind it are gone.",
  ofCluster: true,
  find: (lab) => {
    const { bgp } = lab.spec.calico;
    const limit = bgp.maximumPrefix;
    if (!fabricKnowsPods(lab.spec.calico) || limit === null) return [];
    const services = bgp.advertiseServices ? 1 : 0;
    const reflectors = reflectorsOf(lab);
    // BIRD sends every path it has, and the leaf takes those that lead into its rack: a node of a mesh sends each one of the rack, a reflector its own, and each
    // other one as often as a reflector has told it. Without these a node sends its own alone.
    const pathsFrom = (nodes: number): number =>
      bgp.mesh ? nodes : reflectors.length === 0 ? 1 : 1 + (nodes - 1) * reflectors.length;
    const speaking = leavesOf(lab)
      .map((leaf) => nodesOf(lab).filter((node) => node.leaf === leaf))
      .filter((rack) => rack.some((node) => peersWithLeaf(node, lab.spec)));
    const paths = Math.max(0, ...speaking.map((rack) => pathsFrom(rack.length)));
    const least = paths * (1 + services);
    if (limit >= least) return [];
    return [
      {
        path: "calico.bgp.maximumPrefix",
        message: `a leaf takes ${limit} prefix${limit === 1 ? "" : "es"} from a node that announces ${least}: ${paths === 1 ? "a way to its pod block" : `${paths} ways to pod blocks`}${services === 0 ? "" : paths === 1 ? " and one to the service range" : `, and ${paths} to the service range`}`,
        values: {
          "calico.bgp.maximumPrefix": String(limit),
          "calico.bgp.advertiseServices": String(bgp.advertiseServices),
        },
        remedy: `Write ${least} or more; a node may take further blocks as pods come.`,
      },
    ];
  },
});
