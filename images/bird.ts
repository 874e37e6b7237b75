/**
 * Calico's BIRD is a fork that can send a route into a tunnel (`krt_tunnel`); Debian's BIRD 1.6.8 can't. What it can is resolve next hops in another routing table
 * (`igp table`): one in which everything lies behind the tunnel. So the templates by which calico-node writes BIRD's configuration are changed for the image that set-up
 * makes: a session with another node of the same AS, which is where pods of other nodes are learned, resolves its next hops in that table while a pool has IPIP on.
 *
 * Sources: BIRD 1.6 User's Guide, chapter 6.3 (igp table) and 6.6 (kernel table); Calico 3.28, confd's templates.
 */
import { TUNNEL_TABLE } from "../configuration/drift/routes";
import { hashOf } from "../steps/hash";

function replaced(template: string, name: string, from: string, to: string, count = 1): string {
  const parts = template.split(from);
  if (parts.length !== count + 1) throw new Error(`Calico's ${name} has changed: look at images/bird.ts`);
  return parts.join(to);
}

/**
 * bird_ipam.cfg.template: the attribute that this BIRD lacks is declared as a variable of the filter, so that setting it does nothing; the tunnel's table is made.
 *
 * @throws Error when the template is not the one this was written for
 */
export function patchIpam(template: string): string {
  const declared = replaced(
    template,
    "bird_ipam.cfg.template",
    "filter calico_kernel_programming {",
    "filter calico_kernel_programming string krt_tunnel; {",
  );
  return `${declared}
{{$tunnel := ""}}{{$cross := false}}
{{- range ls "/v1/ipam/v4/pool"}}{{$data := json (getv (printf "/v1/ipam/v4/pool/%s" .))}}
{{- if $data.ipip}}{{$tunnel = $data.ipip}}{{if eq $data.ipip_mode "cross-subnet"}}{{$cross = true}}{{end}}{{end}}
{{- end}}
# Where next hops of what other nodes announce are resolved: behind the tunnel, if a pool has one.
{{- if ne $tunnel ""}}
table tunnel;
protocol static tunnel_route { table tunnel; route 0.0.0.0/0 via "{{$tunnel}}"; }
protocol kernel tunnel_kernel { table tunnel; kernel table ${TUNNEL_TABLE}; scan time 2; import none; export where proto = "tunnel_route"; }
{{- if $cross}}
# A node of the same subnet is reached without it.
protocol direct tunnel_direct { table tunnel; interface -"cali*", -"{{$tunnel}}", "*"; }
{{- end}}
template bgp next_hops { igp table tunnel; }
{{- else}}
template bgp next_hops { }
{{- end}}
`;
}

const TEMPLATE = "template bgp bgp_template {";

/**
 * bird.cfg.template: sessions with nodes of the same AS, of the mesh or with reflectors, resolve next hops as bird_ipam.cfg says; those with switches as ever.
 *
 * @throws Error as above
 */
export function patchPeers(template: string): string {
  const name = "bird.cfg.template";
  const [before, after] = template.split(TEMPLATE);
  const end = after?.indexOf("\n}\n") ?? -1;
  if (before === undefined || after === undefined || end === -1 || template.split(TEMPLATE).length !== 2)
    throw new Error(`Calico's ${name} has changed: look at images/bird.ts`);
  const body = after.slice(0, end + 3);
  const both = `${before}${TEMPLATE}${body}
# The same for nodes of this AS.
template bgp node_template from next_hops {${body}${after.slice(end + 3)}`;
  const mesh = replaced(
    both,
    name,
    "protocol bgp Mesh_{{$id}} from bgp_template {",
    "protocol bgp Mesh_{{$id}} from node_template {",
  );
  const peers = ["Global", "Node"] as const;
  return peers.reduce(
    (text, kind) =>
      replaced(
        text,
        name,
        `protocol bgp ${kind}_{{$id}} from bgp_template {`,
        `protocol bgp ${kind}_{{$id}} from {{if eq $data.as_num $node_as_num}}node_template{{else}}bgp_template{{end}} {`,
      ),
    mesh,
  );
}

/**
 * runit's program that runs BIRD: it makes the rule first, where the node has a tunnel.
 *
 * @throws Error as above
 */
export function patchRun(run: string): string {
  const rule = `ip rule show | grep -q "oif tunl0" || ip rule add oif tunl0 lookup ${TUNNEL_TABLE}`;
  return replaced(run, "service/available/bird/run", "exec bird ", `${rule}\nexec bird `);
}

/** Files of calico-node that differ in our image, by path. */
export const BIRD_PATCHES: Readonly<Record<string, (text: string) => string>> = {
  "/etc/calico/confd/templates/bird_ipam.cfg.template": patchIpam,
  "/etc/calico/confd/templates/bird.cfg.template": patchPeers,
  "/etc/service/available/bird/run": patchRun,
};

/** Hash of all that the patches are made of. */
export const birdKey = (): string =>
  hashOf(String(TUNNEL_TABLE), TEMPLATE, ...[replaced, ...Object.values(BIRD_PATCHES)].map(String));
