import { servicesOf } from "../../../plan/paths/services";
import { addressNumber, knownRange } from "../../../lab-spec/ip";
import { planOf, smallLab } from "./labs";

const workload = { namespace: "demo", name: "web", service: "web", localService: "web-local" };
const planWith = (serviceCidr: string): ReturnType<typeof planOf> =>
  planOf({ ...smallLab(), kubernetes: { serviceCidr }, workload });

describe("addresses of services", () => {
  test.each([
    ["10.80.0.0/12", "10.80.0.15", "10.80.1.1"],
    ["10.80.0.0/24", "10.80.0.15", "10.80.0.17"],
    ["10.80.0.0/27", "10.80.0.15", "10.80.0.17"],
    ["10.80.0.0/28", "10.80.0.14", "10.80.0.2"],
  ])("in %s: the local one is %s, the nominal one %s", (serviceCidr, local, nominal) => {
    const plan = planWith(serviceCidr);
    expect(plan.workload?.localService?.address).toBe(local);
    expect(servicesOf(plan).find((each) => each.nominal)?.address).toBe(nominal);
  });

  test.each(["10.80.0.0/12", "10.80.0.0/24", "10.80.0.0/27", "10.80.0.0/28"])(
    "in %s each has one of its own that the API server takes",
    (serviceCidr) => {
      const plan = planWith(serviceCidr);
      const { first, last } = knownRange(serviceCidr);
      const all = [...servicesOf(plan).map((each) => each.address), plan.workload?.localService?.address ?? ""];
      expect(new Set(all).size).toBe(4);
      for (const address of all) {
        expect(addressNumber(address)).toBeGreaterThan(first);
        expect(addressNumber(address)).toBeLessThan(last);
      }
    },
  );
});
