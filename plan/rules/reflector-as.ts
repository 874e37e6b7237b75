import { reflectorsOf } from "./common/reflectors";
import { defineRule } from "./rule";

export const reflectorAs = defineRule({
  name: "reflector-as",
  title: "Reflectors and their clients have one AS number",
  severity: "error",
  source: "RFC 4456, section 6",
  why: "Reflection is for iBGP: a session between two AS numbers is eBGP, and next hops and loop checks are others.",
  ofCluster: true,
  find: (lab) => {
    const { bgp } = lab.spec.calico;
    if (reflectorsOf(lab).length === 0 || bgp.nodeAs === "cluster") return [];
    return [
      {
        path: "calico.bgp.nodeAs",
        message: "every rack has an AS number of its own, and reflectors reflect within one",
        values: { "calico.bgp.nodeAs": bgp.nodeAs, "calico.bgp.routeReflectors": bgp.routeReflectors.join(", ") },
        remedy: "Write nodeAs: cluster, or leave routeReflectors out.",
      },
    ];
  },
});
