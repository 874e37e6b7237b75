import { serverAddressFinding } from "./common/server-address";
import { serversOf } from "./common/servers";
import { defineRule } from "./rule";

export const hostAddress = defineRule({
  name: "host-address",
  title:
    "The address of a host or the load balancer is one of its leaf's server subnet that a host may have, and not the gateway's",
  severity: "error",
  source: "RFC 1122, section 3.2.1.3",
  why: "The machine reaches its leaf, and everything behind it, through this subnet.",
  fixed: "A machine without an address on its leaf's subnet has no gateway.",
  find: (lab) =>
    serversOf(lab).flatMap((server) => (server.kind === "node" ? [] : (serverAddressFinding(server) ?? []))),
});
