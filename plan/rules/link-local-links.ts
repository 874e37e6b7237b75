import { defineRule } from "./rule";
import { isLinkLocal, LINKS } from "./special-range";

export const linkLocalLinks = defineRule({
  name: "link-local-links",
  title: "Links between switches have addresses that others can be told of",
  severity: "warning",
  source: "RFC 3927, sections 2.7 and 7; RFC 6890",
  why: "Linux routes over such links, and public designs use them. Routers of other makers pass no packet on that comes from them, and traceroutes name no router.",
  find: ({ spec }) => {
    const { pool } = spec.fabric.links;
    return isLinkLocal(pool)
      ? [
          {
            path: LINKS,
            message: `links have addresses of the link-local range 169.254.0.0/16: ${pool}`,
            values: { [LINKS]: pool },
            remedy: "Use a private range, such as 172.16.0.0/24, unless the network that you rehearse has it so.",
          },
        ]
      : [];
  },
});
