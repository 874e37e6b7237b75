import { parseFacts } from "../../../../configuration/facts";

/** Faults as a machine's answer shows them, and the rows of a check that must fail for each: "what: what is seen". */
export interface NegativeCase {
  readonly check: string;
  readonly title: string;
  readonly lab: "bgp" | "vxlan";
  readonly machine: string;
  /** Key of the answer that changes (test/recorded/answers.ts). */
  readonly answer: string;
  /** The answer with the fault; null where the machine does not answer. */
  readonly change: (answer: string) => string | null;
  readonly fails: readonly string[];
  /** Rows are missing, because one that failed stands for them all. */
  readonly fewer?: true;
}

type Json = Record<string, unknown>;

/** Replaces text that must be there. */
export const text =
  (from: string | RegExp, to: string) =>
  (answer: string): string =>
    answer.replace(from, to);
export const silent = (): null => null;

/** Changes a JSON answer in place. */
export const json =
  <T>(change: (value: T) => void) =>
  (answer: string): string => {
    const value = JSON.parse(answer) as T;
    change(value);
    return JSON.stringify(value);
  };

export interface Kube {
  items: (Json & {
    kind: string;
    metadata: { name: string; namespace?: string; deletionTimestamp?: string };
    spec: Json;
    status: Json & { conditions?: { type: string; status: string; reason?: string }[] };
  })[];
}
type Item = Kube["items"][number];

/** Changes the objects of a kind whose names begin so. */
export const objects = (kind: string, name: string, change: (item: Item) => void): NegativeCase["change"] =>
  json<Kube>(({ items }) => {
    for (const item of items) if (item.kind === kind && item.metadata.name.startsWith(name)) change(item);
  });
export const without = (kind: string, name: string): NegativeCase["change"] =>
  json<Kube>((list) => {
    list.items = list.items.filter((item) => item.kind !== kind || !item.metadata.name.startsWith(name));
  });
export const notReady = (item: Item): void => {
  const ready = item.status.conditions?.find(({ type }) => type === "Ready");
  if (ready === undefined) throw new Error(`${item.metadata.name} has no condition Ready`);
  ready.status = "False";
  ready.reason = "KubeletNotReady";
};
/** The pod on a node, of those whose names begin so. */
export const pod = (name: string, node: string, change: (item: Item) => void): NegativeCase["change"] =>
  objects("Pod", name, (item) => {
    if (item.spec["nodeName"] === node) change(item);
  });

interface Summary {
  as: number;
  ribCount: number;
  peers: Record<string, { state: string; remoteAs: number; pfxRcd: number }>;
}
export const summary = (change: (value: Summary) => void): NegativeCase["change"] => json<Summary>(change);
export interface Table {
  routes: Record<string, { peerId: string }[]>;
}
interface Route {
  dst: string;
  dev?: string;
  gateway?: string;
  protocol?: string;
  nexthops?: { gateway: string; dev: string }[];
}
export const routes =
  (change: (value: Route[]) => Route[]): NegativeCase["change"] =>
  (answer) =>
    JSON.stringify(change(JSON.parse(answer) as Route[]));

export const MASTER = "k8s-master-l1-1";
export const NODE1 = "k8s-node-l1-1";
export const NODE2 = "k8s-node-l2-1";
export const ALL = "kubectl nodes,pods,deployments,services";
export const POOLS = "kubectl ippools.crd.projectcalico.org";
/** Addresses of the two pods of the workload, and of its service, in the recorded labs. */
export const POD1 = "10.67.209.3";
export const POD2 = { bgp: "10.68.86.128", vxlan: "10.68.86.129" } as const;
export const SERVICE = "10.87.185.212";

/** Changes one section of what a machine tells of its configuration. */
export const section =
  (name: string, change: (text: string) => string) =>
  (answer: string): string =>
    [...parseFacts(answer)]
      .map(([each, { status, text: seen }]) => {
        const now = each === name ? change(seen) : seen;
        const lines = now === "" ? 0 : now.split("\n").length;
        return `${lines} ${each} ${status}\n${lines === 0 ? "" : `${now}\n`}`;
      })
      .join("");
