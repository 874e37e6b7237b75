import { z } from "zod";
import { calicoFormFields, eitherForm } from "./calico-forms";
import { addressField, countField, prefixField, reasonField } from "./fields";
import { aggregate, asNumberField, bgpSettings, calicoBgp, extraNeighbor, netscaler } from "./schema-bgp";
import { VERSIONS } from "./versions";

const name = z.string().meta({ description: "Name of the machine: an RFC 1123 label, unique in the lab." });
const index = countField(
  1,
  65535,
  "Position that keys its addresses, AS number and ports. Default: the number its name ends with.",
);
const asNumber = asNumberField("AS number. Default: the base of its role plus its index.");
/** What Linux checks of where a packet came from (net.ipv4.conf.*.rp_filter, RFC 3704). */
const rpFilter = (description: string) => z.enum(["off", "strict", "loose"]).meta({ description });
/** Whose kernel runs a machine. */
const kernel = (description: string) => z.enum(["host", "own", "auto"]).meta({ description });
const machineKernel = kernel("Kernel of this machine. Default: the lab's.").optional();
const hostname = z
  .string()
  .meta({ description: "Hostname the machine shows (on BGP peers too). Default: from its name." });
const loopback = addressField("Loopback address and router ID. Default: from fabric.loopbacks by index.");

const spine = z.strictObject({
  name,
  index: index.optional(),
  as: asNumber.optional(),
  loopback: loopback.optional(),
  hostname: hostname.optional(),
  networks: z
    .array(prefixField("Prefix."))
    .default([])
    .meta({ description: "Further prefixes it originates; packets to them end here (blackhole routes)." }),
  aggregates: z.array(aggregate).default([]).meta({ description: "Aggregates it announces." }),
  neighbors: z.array(extraNeighbor).default([]).meta({
    description: "BGP neighbors beyond those of its links; an address of a link overrides what is derived for it.",
  }),
  bgp: bgpSettings.default({}).meta({ description: "BGP settings of this switch, over those of the fabric." }),
  drain: z.boolean().default(false).meta({
    description:
      "Under maintenance: its sessions stay up and ask the neighbors to send traffic another way (graceful shutdown, RFC 8326).",
  }),
  rpFilter: rpFilter("Reverse-path filter of this switch. Default: the lab's.").optional(),
  kernel: machineKernel,
});

const leaf = spine.extend({
  serverSubnet: prefixField(
    "Subnet of the servers behind the leaf. Default: from fabric.serverSubnets by index.",
  ).optional(),
  gateway: addressField("Address of the leaf in its server subnet. Default: the first one.").optional(),
});

function switches<T extends z.ZodType>(entry: T, role: string) {
  return z
    .union([
      countField(1, 1024, `Number of ${role} switches, named ${role}1, ${role}2, ...`),
      z.array(z.union([z.string(), entry])),
    ])
    .meta({ description: `The ${role} switches: how many, or a list of names and settings.` });
}

const links = z
  .strictObject({
    pool: prefixField("Where the /31 of every fabric link comes from.").default("172.16.0.0/24"),
    spineCapacity: countField(
      1,
      64,
      "Spines the link numbering leaves room for: the highest spine index it takes.",
    ).default(8),
    firstUplinkPort: countField(2, 999, "Leaf port to spine 1: 51 means swp51 to spine 1, swp52 to spine 2.").default(
      51,
    ),
  })
  .prefault({})
  .meta({ description: "Links between leaves and spines." });

const asBase = z
  .strictObject({
    spines: countField(0, 4294967295, "A spine's AS number is this plus its index.").default(65000),
    leaves: countField(0, 4294967295, "A leaf's AS number is this plus its index.").default(65100),
  })
  .prefault({})
  .meta({ description: "Bases of the AS numbers." });

const fabric = z
  .strictObject({
    spines: switches(spine, "spine"),
    leaves: switches(leaf, "leaf"),
    mtu: countField(0, 65535, "IP MTU of every fabric and server link, bytes.").default(1500),
    asBase,
    loopbacks: prefixField("Loopbacks: spines by index, leaves by 100 plus index.").default("172.16.255.0/24"),
    serverSubnets: prefixField("Where leaves get their server subnet, one /24 each: number 100 plus index.").default(
      "10.0.0.0/16",
    ),
    links,
    bgp: bgpSettings.default({}).meta({ description: "BGP settings of all switches." }),
  })
  .meta({ description: "The spine and leaf switches and how they are numbered. Every spine connects to every leaf." });

const node = z.strictObject({
  name,
  role: z.enum(["control-plane", "worker"]).default("worker").meta({ description: "Role in the cluster." }),
  leaf: z.string().meta({ description: "Name of the leaf it is connected to." }),
  index: countField(
    1,
    65535,
    "Number among the nodes of its role on its leaf; keys its address and port. Default: the number its name ends with.",
  ).optional(),
  address: addressField(
    "Address in the leaf's server subnet. Default: .100 plus index for a worker, .10 plus index for a control plane.",
  ).optional(),
  port: countField(
    1,
    999,
    "Leaf port, the N of swpN. Default: index for a worker, 40 plus index for a control plane.",
  ).optional(),
  kernel: machineKernel,
});

const host = z.strictObject({
  name: z.string().meta({ description: "Name of the machine." }),
  leaf: z.string().meta({ description: "Name of the leaf it is connected to." }),
  index: countField(
    1,
    65535,
    "Number among the hosts on its leaf; keys its address and port. Default: the number its name ends with.",
  ).optional(),
  address: addressField("Address in the leaf's server subnet. Default: .200 plus index.").optional(),
  port: countField(1, 999, "Leaf port, the N of swpN. Default: 30 plus index.").optional(),
  kernel: machineKernel,
});

const kubernetes = z
  .strictObject({
    version: z
      .string()
      .default(VERSIONS.kubernetes)
      .meta({ description: "Kubernetes version; the one the machine images carry." }),
    podCidr: prefixField(
      "Addresses of the pods: the cluster CIDR. Calico's pool is all of it, or calico.pool.",
    ).default("10.64.0.0/12"),
    serviceCidr: prefixField("Addresses of the services.").default("10.80.0.0/12"),
    growth: z
      .strictObject({
        nodes: countField(1, 65536, "Nodes the cluster is to grow to."),
        podsPerNode: countField(1, 110, "Pods on each of them; kubelet takes 110.").default(110),
      })
      .optional()
      .meta({
        description: "Growth the address pools must have room for, beyond what is written; not checked if absent.",
      }),
  })
  .prefault({})
  .meta({ description: "The cluster." });

const calico = z
  .strictObject({
    ...calicoFormFields,
    vxlan: z
      .strictObject({
        port: countField(1, 65535, "UDP port.").default(4789),
        vni: countField(1, 16777215, "VXLAN network identifier (24 bits, RFC 7348).").default(4096),
      })
      .prefault({})
      .meta({
        description:
          "How nodes encapsulate with VXLAN; calico-node takes a change in place, pods can't reach other nodes' for the seconds that takes.",
      }),
    pool: prefixField(
      "Addresses Calico gives to pods: a part of kubernetes.podCidr. Default: all of it. A running cluster keeps its own.",
    ).optional(),
    blockSize: countField(
      20,
      32,
      "Prefix length of the address block a node takes from the pool; immutable once the pool is made.",
    ).default(26),
    podMtu: countField(
      576,
      65535,
      "IP MTU of pods, bytes. Default: that of the links less the outer header (50 of VXLAN, 20 of IPIP); pods keep what they were made with.",
    ).optional(),
    bgp: calicoBgp
      .prefault({})
      .meta({ description: "How nodes speak BGP, with each other and with the fabric; nothing with routing felix." }),
  })
  .superRefine(eitherForm)
  .prefault({})
  .meta({ description: "Calico." });

const workload = z
  .strictObject({
    namespace: z.string().meta({ description: "Namespace of its own." }),
    name: z.string().meta({ description: "Name of the Deployment." }),
    service: z.string().meta({ description: "Name of the Service." }),
    localService: z.string().optional().meta({
      description:
        "Name of a second Service, a NodePort with externalTrafficPolicy Local: in mode bgp only nodes that run one of its pods announce it.",
    }),
    image: z
      .string()
      .default(`docker.io/library/nginx:${VERSIONS.nginx}`)
      .meta({ description: "Image, with registry and tag." }),
    replicas: countField(1, 100000, "Pods.").default(2),
    port: countField(1, 65535, "TCP port the pods serve on, and the Service's port.").default(80),
  })
  .meta({ description: "Demo workload; none if absent." });

/** The value a user writes as `fabriclab:lab` in a stack's config. */
export const labSchema = z
  .strictObject({
    name: z.string().meta({ description: "Name of the lab: an RFC 1123 label." }),
    domain: z.string().default("lab.local").meta({ description: "DNS domain of the switches' hostnames." }),
    management: z
      .strictObject({
        subnet: prefixField("Subnet of the management network (eth0 of every machine).").default("192.168.201.0/24"),
      })
      .prefault({})
      .meta({ description: "Management network." }),
    fabric,
    nodes: z.array(node).default([]).meta({
      description: "Kubernetes nodes, exactly one of them the control plane. Without any the lab is a fabric alone.",
    }),
    hosts: z
      .array(host)
      .default([])
      .meta({ description: "Machines outside the cluster, for looking at it from there." }),
    kubernetes,
    calico,
    netscaler: netscaler
      .optional()
      .meta({ description: "Load balancer that peers with the nodes by BGP; none if absent." }),
    workload: workload.optional(),
    rpFilter: rpFilter(
      "Reverse-path filter of every machine's interfaces in the lab (net.ipv4.conf.*.rp_filter): strict drops what comes in where the way back doesn't lead, loose what there is no way back to.",
    ).default("off"),
    kernel: kernel(
      "Kernel of the lab's machines: host is that of the machine that runs the lab, own a kernel for each machine (user-mode Linux), auto the first where it can do what the machine needs, else the second.",
    ).default("auto"),
    rules: z
      .record(
        z.string(),
        z.strictObject({ off: reasonField("Why the rule doesn't apply to this lab, in at least 10 characters.") }),
      )
      .default({})
      .meta({
        description: "Rules switched off for this lab, by name, each with the reason (docs/rules.md lists them).",
      }),
  })
  .meta({ description: "A lab: fabric, nodes, cluster, workload." });

/** A lab as written. */
export type LabInput = z.input<typeof labSchema>;
/** A lab with the schema's fixed defaults, short forms not yet expanded. */
export type ParsedLab = z.output<typeof labSchema>;
export type ParsedSwitch = string | z.output<typeof leaf>;
