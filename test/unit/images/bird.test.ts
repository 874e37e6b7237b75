import { patchIpam, patchPeers, patchRun } from "../../../images/bird";

const IPAM = "x\nfilter calico_kernel_programming {\ny\n";
const PEERS = `a
template bgp bgp_template {
  local as {{$node_as_num}};
}

protocol bgp Mesh_{{$id}} from bgp_template {
}
protocol bgp Global_{{$id}} from bgp_template {
}
protocol bgp Node_{{$id}} from bgp_template {
}
`;

test("the attribute that BIRD 1.6 lacks becomes a variable of the filter, and the tunnel's table follows", () => {
  const patched = patchIpam(IPAM);
  expect(patched).toContain("x\nfilter calico_kernel_programming string krt_tunnel; {\ny\n");
  expect(patched).toContain("table tunnel;\nprotocol static tunnel_route");
  // Without a pool in IPIP mode the template is there all the same, for what inherits from it.
  expect(patched).toContain("template bgp next_hops { }");
});

test("sessions with nodes of the AS resolve next hops behind the tunnel, those with switches as ever", () => {
  const patched = patchPeers(PEERS);
  expect(patched.split("  local as {{$node_as_num}};")).toHaveLength(3);
  expect(patched).toContain("template bgp node_template from next_hops {\n  local as {{$node_as_num}};\n}\n");
  expect(patched).toContain("protocol bgp Mesh_{{$id}} from node_template {");
  for (const kind of ["Global", "Node"])
    expect(patched).toContain(
      `protocol bgp ${kind}_{{$id}} from {{if eq $data.as_num $node_as_num}}node_template{{else}}bgp_template{{end}} {`,
    );
});

test("the rule that leads into the tunnel's table is made before BIRD runs", () => {
  expect(patchRun("#!/bin/sh\nexec 2>&1\nexec bird -R")).toMatch(/exec 2>&1\nip rule .* lookup 252\nexec bird -R$/);
});

test.each([
  ["bird_ipam.cfg.template", () => patchIpam("filter other {\n")],
  ["bird_ipam.cfg.template", () => patchIpam(IPAM + IPAM)],
  ["bird.cfg.template", () => patchPeers(PEERS.replace("Mesh_", "Full_"))],
  ["bird.cfg.template", () => patchPeers(PEERS + PEERS)],
  ["bird.cfg.template", () => patchPeers("none")],
  ["service/available/bird/run", () => patchRun("exec bird6")],
])("another %s is refused", (name, patch) => {
  expect(patch).toThrow(`Calico's ${name} has changed`);
});
