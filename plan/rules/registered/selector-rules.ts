import { labelsOfNodes } from "./node-labels";
import { found, type RegisteredRule } from "./registered-rule";
import { readSelector } from "./selector";

const SOURCE = "https://docs.tigera.io/calico/3.28/reference/resources/bgppeer (Selectors)";

export const selectorText: RegisteredRule = {
  name: "calico-selector",
  title: "Selectors are written in Calico's own language",
  severity: "error",
  scope: "resource",
  source: SOURCE,
  calico: "3.28",
  why: "Calico refuses the object; where nothing checks it, it chooses nobody, and the sessions or addresses it stands for are not there.",
  check: ({ selectors }) =>
    selectors
      .filter(({ text }) => readSelector(text) === null)
      .map((each) =>
        found(
          each,
          each.path,
          `${each.path} ${JSON.stringify(each.text)} can't be read`,
          `Write it as in rack == "leaf1" && !has(route-reflector): ==, !=, in {...}, not in {...}, has(...), all(), &&, || and parentheses.`,
        ),
      ),
};

export const selectorNobody: RegisteredRule = {
  name: "calico-selector-nobody",
  title: "Selectors choose some node of the lab",
  severity: "warning",
  scope: "stack",
  source: SOURCE,
  calico: "3.28",
  why: "A peer that no node has brings up no session, and a pool that no node takes gives no addresses.",
  check: (registered) => {
    const labels = [...labelsOfNodes(registered).values()];
    return registered.selectors.flatMap((each) => {
      const selector = readSelector(each.text);
      if (labels.length === 0 || selector === null || labels.some(selector)) return [];
      return [
        found(
          each,
          each.path,
          `${each.path} ${JSON.stringify(each.text)} chooses none of the lab's ${labels.length} nodes`,
          `Name a label that nodes have: ${[...new Set(labels.flatMap(Object.keys))].sort().join(", ")}.`,
        ),
      ];
    });
  },
};
