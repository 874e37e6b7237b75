import { nearest } from "../../../lab-spec/suggest";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";
import type { WrittenValue } from "./calico-types";

export const calicoValues: RegisteredRule = {
  name: "calico-values",
  title: "Fields of Calico's objects have values that Calico knows, spelt as it spells them",
  severity: "error",
  scope: "resource",
  source:
    "https://docs.tigera.io/calico/3.28/reference/resources/ippool; https://docs.tigera.io/calico/3.28/reference/installation/api",
  calico: "3.28; allowedUses LoadBalancer: 3.30",
  why: "Where Calico's API server checks objects it refuses this one. Where it doesn't, Felix and BIRD take the value for none, and pods have no way out of their node.",
  check: ({ values }) => values.flatMap(unknownValue),
};

function unknownValue(value: WrittenValue): RegisteredFinding[] {
  const { path, text, known } = value;
  if (known.includes(text)) return [];
  const near = nearest(text, known);
  return [
    found(
      value,
      path,
      `${path} is ${JSON.stringify(text)}, and Calico knows ${known.join(", ")}`,
      near === null ? `Write one of ${known.join(", ")}.` : `Write ${near}.`,
    ),
  ];
}
