import { nodesOf } from "../lookup";
import { allKnown, reflectorsOf } from "./common/reflectors";
import { defineRule } from "./rule";

export const reflectorQuorum = defineRule({
  name: "reflector-quorum",
  title: "There are two route reflectors at least",
  severity: "warning",
  source:
    "RFC 4456, section 7; https://docs.tigera.io/calico/latest/networking/configuring/bgp#configure-a-node-to-act-as-a-route-reflector",
  why: "When the only reflector goes, no node learns another's pods any more.",
  ofCluster: true,
  find: (lab) => {
    const reflectors = reflectorsOf(lab);
    if (reflectors.length !== 1 || !allKnown(lab) || nodesOf(lab).length < 2) return [];
    const name = reflectors[0]?.spec.name ?? "";
    return [
      {
        path: "calico.bgp.routeReflectors",
        message: `${name} is the only reflector of ${nodesOf(lab).length} nodes`,
        values: { "calico.bgp.routeReflectors": name },
        remedy: "Name a second node.",
      },
    ];
  },
});
