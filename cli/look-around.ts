import { leavesOf } from "../plan/lookup";
import type { DeployedLab } from "../pulumi/lab";

const kubeconfigRow = (stack: string): [string, string] => [
  `npx fabriclab kubeconfig${stack} -o kubeconfig`,
  "then kubectl --kubeconfig kubeconfig get nodes -o wide",
];

/** What to type next, for someone whose lab just came up. */
export function lookAround(lab: DeployedLab): string {
  const stack = lab.stack === "dev" ? "" : ` --stack ${lab.stack}`;
  const leaf = leavesOf(lab.plan)[0]?.name ?? lab.plan.switches[0]?.name ?? "";
  const rows: [string, string][] = [
    [`npx fabriclab inspect${stack}`, "machines, links, addresses, state"],
    [`npx fabriclab ssh ${leaf}${stack}`, "a shell on a switch; `vtysh` is its routing"],
    [`npx fabriclab exec ${leaf}${stack} -- vtysh -c 'show bgp summary'`, "one command"],
    ...(lab.plan.cluster === null ? [] : [kubeconfigRow(stack)]),
    [`npx fabriclab verify${stack}`, "expected and seen, check by check"],
    [`npx fabriclab down${stack}`, "destroys the lab; leaves nothing"],
  ];
  const width = Math.max(...rows.map(([command]) => command.length));
  return [
    `Lab ${lab.plan.name} is up. Look around:`,
    ...rows.map(([command, what]) => `  ${command.padEnd(width)}  # ${what}`),
  ].join("\n");
}
