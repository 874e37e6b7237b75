/** Where faults are made, and the words of commands that several of them share. */
import { nodesSpeakBgp } from "../../plan/calico";
import type { HandMadeFault, Places } from "./fault";

/** kubectl on the control plane. */
export const ADMIN = "kubectl --kubeconfig /etc/kubernetes/admin.conf";
export const speaksBgp: NonNullable<HandMadeFault["needs"]> = ({ calico }) => nodesSpeakBgp(calico);
export const leaf = ({ leaf: name }: Places): string => name;
export const spine = ({ spine: name }: Places): string => name;
export const worker = ({ worker: name }: Places): string => name;
export const controlPlane = ({ controlPlane: name }: Places): string => name;
/** The first host; for faults that need one. */
export const host = ({ host: name }: Places): string => name!;
/** The first half of a prefix, which is more specific than it. */
export const half = (prefix: string): string => prefix.replace(/\/\d+$/, "/25");
