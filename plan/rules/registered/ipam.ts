import { found, type RegisteredRule } from "./registered-rule";

export const ipam: RegisteredRule = {
  name: "calico-ipam",
  title: "Nodes may take blocks of addresses, or borrow them",
  severity: "error",
  scope: "resource",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ipamconfig",
  calico: "3.28",
  why: "A node that may neither take a block of its own nor use one of another gives no pod an address: pods stay in ContainerCreating.",
  check: ({ ipams }) =>
    ipams
      .filter(({ strict, autoAllocates }) => autoAllocates === false && strict !== true)
      .map((each) =>
        found(
          each,
          "spec.autoAllocateBlocks",
          "spec.autoAllocateBlocks is false, and spec.strictAffinity is not true: Calico refuses the two together",
          "Leave autoAllocateBlocks out, or write strictAffinity: true and give the nodes their blocks by hand.",
        ),
      ),
};
