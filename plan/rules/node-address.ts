import { serverAddressFinding } from "./common/server-address";
import { serversOf } from "./common/servers";
import { defineRule } from "./rule";

export const nodeAddress = defineRule({
  name: "node-address",
  title: "A node's address is one of its leaf's server subnet that a host may have, and not the gateway's",
  severity: "error",
  source: "RFC 1122, section 3.2.1.3",
  why: "The node reaches its leaf, and everything behind it, through this subnet.",
  fixed: "A node without an address on its leaf's subnet has no gateway.",
  find: (lab) =>
    serversOf(lab).flatMap((server) => (server.kind === "node" ? (serverAddressFinding(server) ?? []) : [])),
});
