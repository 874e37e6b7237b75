import { duplicateNameFinding, sameNames } from "./common/duplicate-name";
import { clashes, defineRule } from "./rule";

export const duplicateHostname = defineRule({
  name: "duplicate-hostname",
  title: "Every switch has a hostname of its own",
  severity: "error",
  source: "FRR, draft-walton-bgp-hostname-capability",
  why: "BGP summaries show hostnames: two switches with one can't be told apart.",
  find: (lab) => {
    const named = new Set(
      sameNames(lab)
        .flat()
        .map((each) => each.path),
    );
    return clashes(
      lab.switches.filter((each) => !named.has(each.spec.path)),
      (each) => each.hostname.value,
    ).map((group) =>
      duplicateNameFinding(
        group.map(({ hostname }) => hostname),
        "hostname",
        "a hostname of its own: BGP summaries show it",
      ),
    );
  },
});
