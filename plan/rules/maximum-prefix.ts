import { nodesOf } from "../lookup";
import { reflectorsOf } from "./common/reflectors";
import { defineRule } from "./rule";

export const maximumPrefix = defineRule({
  name: "maximum-prefix",
  title: "A leaf takes as many prefixes from a node as the node announces",
  severity: "error",
  source: "https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-neighbor-PEER-maximum-prefix-NUMBER-force",
  why: "With more the leaf ends the session (FRR 8.4 from the second on), and the pods behind it are gone.",
  find: (lab) => {
    const { mode, bgp } = lab.spec.calico;
    const limit = bgp.maximumPrefix;
    if (mode !== "bgp" || limit === null) return [];
    const services = bgp.advertiseServices ? 1 : 0;
    const reflectors = reflectorsOf(lab);
    const nodes = nodesOf(lab);
    // A reflector announces its rack's blocks to the leaf; a node of a mesh those of all nodes; any other its own.
    const blocks = bgp.mesh
      ? nodes.length
      : reflectors.reduce(
          (most, { leaf }) => Math.max(most, nodes.filter((node) => node.leaf === leaf).length),
          nodes.length > 0 ? 1 : 0,
        );
    const least = blocks + services;
    if (limit >= least) return [];
    return [
      {
        path: "calico.bgp.maximumPrefix",
        message: `a leaf takes ${limit} prefix${limit === 1 ? "" : "es"} from a node that announces ${least}: ${blocks} pod block${blocks === 1 ? "" : "s"}${services === 0 ? "" : " and the service range"}`,
        values: {
          "calico.bgp.maximumPrefix": String(limit),
          "calico.bgp.advertiseServices": String(bgp.advertiseServices),
        },
        remedy: `Write ${least} or more; a node may take further blocks as pods come.`,
      },
    ];
  },
});
