import { dockerBridge } from "../../../../verify/checks/docker-bridge";
import { interfaces } from "../../../../verify/checks/interfaces";
import { machines } from "../../../../verify/checks/machines";
import { filtersOf } from "../../../../verify/checks/reverse-path";
import type { Check, LabAccess, Row } from "../../../../verify/types";
import { planOf, smallLab } from "../../plan/labs";

const plan = planOf({ ...smallLab(), hosts: [{ name: "client1", leaf: "leaf2" }] });

/** A lab whose machines all answer as planned, but for one. */
function labWith(machine: string, answer: { readonly stdout: string; readonly code: number } | null): LabAccess {
  const hostnames = new Map([...plan.switches, ...plan.servers].map(({ name, hostname }) => [name, hostname]));
  return {
    plan,
    once: (_key, work) => work(),
    run: (name, command) => {
      if (name === machine) {
        if (answer === null) return Promise.reject(new Error(`${name} does not answer`));
        return Promise.resolve({ ...answer, stderr: "" });
      }
      const stdout = command === "hostname" ? `${hostnames.get(name) ?? ""}\n` : command.includes("-j") ? "[]" : "";
      return Promise.resolve({ stdout, stderr: "", code: 0 });
    },
  };
}

async function failed(check: Check, lab: LabAccess): Promise<string[]> {
  const rows: Row[] = await check.run(lab);
  expect(rows.length).toBeGreaterThan(0);
  return rows.filter((row) => !row.ok).map((row) => row.subject);
}

describe.each(["client1", "node1", "leaf1"])("what is wrong with %s is found", (machine) => {
  test("by 'machines answer': it does not answer, or is another one", async () => {
    expect(await failed(machines, labWith("none", null))).toEqual([]);
    expect(await failed(machines, labWith(machine, null))).toEqual([machine]);
    expect(await failed(machines, labWith(machine, { stdout: "another\n", code: 0 }))).toEqual([machine]);
  });

  test("by 'interfaces are as configured'", async () => {
    expect(await failed(interfaces, labWith("none", null))).toEqual([]);
    const stdout = "iface eth1  [fail]\n    mtu 1400 [fail]\n";
    expect(await failed(interfaces, labWith(machine, { stdout, code: 1 }))).toEqual([machine]);
  });

  test("by 'clear of Docker's default bridge'", async () => {
    expect(await failed(dockerBridge, labWith("none", null))).toEqual([]);
    const stdout = JSON.stringify([{ dst: "172.17.0.0/16", dev: "docker0", protocol: "kernel" }]);
    expect(await failed(dockerBridge, labWith(machine, { stdout, code: 0 }))).toEqual([`${machine} routes in it`]);
  });
});

test("reverse-path filters are looked at on every machine of a lab", () => {
  expect(filtersOf(plan).map(({ machine }) => machine)).toEqual(
    [...plan.switches, ...plan.servers].map(({ name }) => name),
  );
});
