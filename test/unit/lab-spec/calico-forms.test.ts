import { encapsulationName, readSpec } from "../../../lab-spec";
import { smallLab } from "../plan/labs";

const read = (calico: object): ReturnType<typeof readSpec> => readSpec({ ...smallLab(), calico });

describe("Calico's two questions", () => {
  const reflectors = { routeReflectors: ["master1", "node2"] };

  test.each<[written: object, mode: string | null, routing: string, encapsulation: string]>([
    [{}, "vxlan", "felix", "VXLAN"],
    [{ mode: "vxlan" }, "vxlan", "felix", "VXLAN"],
    [{ mode: "bgp" }, "bgp", "fabric", "None"],
    [{ mode: "bgp", bgp: { mesh: true } }, "bgp", "fabric", "None"],
    [{ mode: "bgp", bgp: reflectors }, "bgp", "reflectors", "None"],
    [{ mode: "vxlan", bgp: reflectors }, "vxlan", "felix", "VXLAN"],
    [{ encapsulation: "None" }, null, "fabric", "None"],
    [{ encapsulation: "None", bgp: reflectors }, null, "reflectors", "None"],
    [{ encapsulation: "IPIP" }, null, "mesh", "IPIP"],
    [{ encapsulation: "IPIPCrossSubnet", bgp: reflectors }, null, "reflectors", "IPIPCrossSubnet"],
    [{ encapsulation: "VXLAN" }, null, "felix", "VXLAN"],
    [{ encapsulation: "VXLANCrossSubnet" }, null, "felix", "VXLANCrossSubnet"],
    [{ routing: "felix" }, null, "felix", "VXLAN"],
    [{ routing: "mesh" }, null, "mesh", "IPIP"],
    [{ routing: "fabric" }, null, "fabric", "None"],
    [{ routing: "reflectors", bgp: reflectors }, null, "reflectors", "None"],
    [{ routing: "fabric", encapsulation: "IPIP" }, null, "fabric", "IPIP"],
  ])("%j is mode %s, routing %s, encapsulation %s", (written, mode, routing, encapsulation) => {
    const { spec, problems } = read(written);
    expect(problems).toEqual([]);
    expect(spec?.calico).toMatchObject({ mode, routing });
    expect(encapsulationName(spec!.calico.encapsulation)).toBe(encapsulation);
  });

  test("a mesh as routing is the mesh of the nodes", () => {
    expect(read({ routing: "mesh" }).spec?.calico.bgp.mesh).toBe(true);
    expect(read({ routing: "fabric" }).spec?.calico.bgp.mesh).toBe(false);
  });

  test("the short form beside the long one is refused, at each of its settings", () => {
    const { problems } = read({ mode: "bgp", routing: "fabric", encapsulation: "None" });
    expect(problems.map(({ path, rule, remedy }) => [path, rule, remedy])).toEqual([
      ["calico.routing", "either-or", "Leave out calico.mode, or calico.routing."],
      ["calico.encapsulation", "either-or", "Leave out calico.mode, or calico.encapsulation."],
    ]);
  });
});
