import { reflectorsOf } from "./common/reflectors";
import { defineRule } from "./rule";

export const reflectorMesh = defineRule({
  name: "reflector-mesh",
  title: "Either a node-to-node mesh or route reflectors",
  severity: "error",
  source: "https://docs.tigera.io/calico/latest/networking/configuring/bgp#disable-the-default-bgp-node-to-node-mesh",
  why: "In a mesh every node hears every other: reflectors add nothing, and nodes that are none have no session with their leaf.",
  ofCluster: true,
  find: (lab) => {
    const { bgp } = lab.spec.calico;
    if (!bgp.mesh || reflectorsOf(lab).length === 0) return [];
    return [
      {
        path: "calico.bgp.mesh",
        message: "the mesh is on beside route reflectors",
        values: { "calico.bgp.mesh": "true", "calico.bgp.routeReflectors": bgp.routeReflectors.join(", ") },
        remedy: "Leave one of them out.",
      },
    ];
  },
});
