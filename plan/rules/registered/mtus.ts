import { overheadOf } from "../../mtu";
import type { WrittenMtu } from "./calico-types";
import { listAt, numberAt, textAt, type RegisteredResource } from "./resource";

const NONE = overheadOf({ kind: "none" });
const IPIP = overheadOf({ kind: "ipip", when: "always" });
const VXLAN = overheadOf({ kind: "vxlan", when: "always" });

/** MTUs of tunnels that a FelixConfiguration writes, with what each tunnel's header takes. 0 is Felix's own choice. */
export function felixMtus({ urn, name, props }: RegisteredResource): WrittenMtu[] {
  return [
    { path: "spec.ipipMTU", overhead: IPIP },
    { path: "spec.vxlanMTU", overhead: VXLAN },
  ].flatMap(({ path, overhead }) => {
    const mtu = numberAt(props, path);
    return mtu === null || mtu === 0 ? [] : [{ urn, resource: name, path, mtu, overhead }];
  });
}

/** The MTU of pods that an Installation writes, with what the widest outer header of its pools takes. */
export function installationMtu({ urn, name, props }: RegisteredResource, root: string): WrittenMtu[] {
  const path = `${root}.calicoNetwork.mtu`;
  const mtu = numberAt(props, path);
  if (mtu === null || mtu === 0) return [];
  const headers = listAt(props, `${root}.calicoNetwork.ipPools`).map((one) => {
    // IPIP is what the operator takes where a pool says nothing.
    const encapsulation = textAt(one, "encapsulation") ?? "IPIP";
    return encapsulation.startsWith("VXLAN") ? VXLAN : encapsulation.startsWith("IPIP") ? IPIP : NONE;
  });
  return [{ urn, resource: name, path, mtu, overhead: Math.max(NONE, ...headers) }];
}
