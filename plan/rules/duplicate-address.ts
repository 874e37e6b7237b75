import { valuesOf, type Allocation, type Setting } from "../allocate";
import { balancersOf, leavesOf } from "../lookup";
import { serversOf } from "./common/servers";
import { clashes, defineRule, listText } from "./rule";

interface Owner {
  readonly name: string;
  /** Path "" where the address follows from a range alone. */
  readonly address: Setting<string | null>;
  readonly key: string;
  /** Path of the range a derived address comes from. */
  readonly range: string;
}

export const duplicateAddress = defineRule({
  name: "duplicate-address",
  title: "No address is taken twice",
  severity: "error",
  source: "RFC 5227 (address conflicts); Batfish, uniqueIpAssignments",
  why: "Of two machines with one address each answers for the other: sessions flap and packets go astray.",
  find: (lab) =>
    clashes(owners(lab), (owner) => owner.address.value)
      // Equal derived addresses of equal indices are the index's problem, those of equal ranges the overlap's: reported there.
      .filter(
        (group) =>
          group.some((each) => each.address.path !== "") &&
          !ofOverlap(group, lab) &&
          new Set(group.map((each) => (each.address.given ? each.address.path : each.key))).size > 1,
      )
      .map((group) => {
        const written = group.filter((each) => each.address.path !== "");
        const last = written.filter((each) => each.address.given).at(-1) ?? written[written.length - 1];
        return {
          path: last?.address.path ?? "",
          message: `${last?.address.value ?? ""} is taken by ${listText(group.map((each) => each.name))}`,
          values: valuesOf(...written.map((each) => each.address)),
          remedy: "Give each an address of its own.",
        };
      }),
});

/** Whether the addresses are equal because the ranges they derive from overlap, which is refused already. */
function ofOverlap(group: readonly Owner[], { spec }: Allocation): boolean {
  return (
    !Object.hasOwn(spec.rules, "overlap") &&
    group.every((each) => !each.address.given) &&
    new Set(group.map((each) => each.range)).size > 1
  );
}

/** Everything with an address; a server that has its own leaf's gateway is `node-address`'s or `host-address`'s to report. */
function owners(lab: Allocation): Owner[] {
  const { links } = lab;
  const fixed = (value: string): Setting<string> => ({ path: "", value, given: false });
  const onGateway = new Set(
    serversOf(lab)
      .filter((each) => each.leaf !== null && each.address.value === each.leaf.gateway)
      .map((each) => each.address.value),
  );
  return [
    ...lab.switches.map((each) => ({
      name: each.name,
      address: each.loopback,
      key: `tier ${each.tier} ${each.index.value ?? ""}`,
      range: "fabric.loopbacks",
    })),
    ...serversOf(lab).map(({ name, address, key, leaf }) => ({
      name,
      address,
      key,
      range: leaf?.serverSubnet.path ?? "",
    })),
    ...balancersOf(lab).flatMap(({ spec }) =>
      spec.vips.map((vip, i) => ({
        name: `virtual address ${i + 1} of ${spec.name}`,
        address: { path: `${spec.path}.vips[${i}]`, value: vip, given: true },
        key: "",
        range: "",
      })),
    ),
    ...leavesOf(lab).flatMap((leaf) =>
      leaf.gateway === null || onGateway.has(leaf.gateway)
        ? []
        : [
            {
              name: `the gateway of ${leaf.name}`,
              address: fixed(leaf.gateway),
              key: `gateway ${leaf.index.value ?? ""}`,
              range: leaf.serverSubnet.path,
            },
          ],
    ),
    ...links.flatMap(({ lower, upper, addresses }) =>
      addresses === null
        ? []
        : (
            [
              ["upper", upper, lower],
              ["lower", lower, upper],
            ] as const
          ).map(([end, here, there]) => ({
            name: `${here.name} towards ${there.name}`,
            address: fixed(addresses[end]),
            key: `${end} link`,
            range: "fabric.links.pool",
          })),
    ),
  ];
}
