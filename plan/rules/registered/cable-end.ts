import { found, type RegisteredRule } from "./registered-rule";

export const cableEnd: RegisteredRule = {
  name: "link-end",
  title: "An interface takes one Link, whose ends are two machines",
  severity: "error",
  scope: "stack",
  source: "docs/architecture.md (Link)",
  why: "The second cable can't be plugged in: the update stops half-way.",
  check: ({ cables }) => {
    const taken = new Map<string, string>();
    return cables.flatMap((cable) =>
      (["a", "b"] as const).flatMap((side) => {
        const { machine, interface: port } = cable[side];
        if (machine === null || port === null) return [];
        const key = `${machine} ${port}`;
        const other = taken.get(key);
        taken.set(key, other ?? cable.resource);
        if (side === "b" && cable.a.machine === machine)
          return [found(cable, "b.name", `both ends are on ${machine}`, "Name another machine at one end.")];
        return other === undefined
          ? []
          : [found(cable, `${side}.interface`, `${machine} ${port} is taken by ${other}`, "Name another interface.")];
      }),
    );
  },
};
