import { writtenSessionsOf } from "./common/speakers";
import { settingText } from "../allocate";
import { defineRule } from "./rule";

export const neighborAs = defineRule({
  name: "neighbor-as",
  title: "The AS number written for a neighbor is the one it has",
  severity: "error",
  source: "RFC 4271, section 6.2 (Bad Peer AS)",
  why: "The other end's OPEN is answered with a NOTIFICATION: the session never comes up.",
  find: (lab) =>
    writtenSessionsOf(lab).written.flatMap(({ path, by, address, remoteAs, owner }) => {
      const actual = owner?.as?.value ?? null;
      if (owner === null || owner === by || actual === null || remoteAs === null || remoteAs === actual) return [];
      return [
        {
          path: `${path}.remoteAs`,
          message: `${by.name} takes ${owner.name} at ${address} for AS ${remoteAs}, and it has AS ${actual}`,
          values: {
            [`${path}.remoteAs`]: String(remoteAs),
            ...(owner.as === null ? {} : { [owner.as.path]: settingText(owner.as) }),
          },
          remedy: `Write ${actual}${by.kind === "load balancer" ? ", or leave it out" : ""}.`,
        },
      ];
    }),
});
