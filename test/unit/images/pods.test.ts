import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { StepContext } from "../../../steps/step";
import { recipes } from "../../../images/pods";
import { POD_IMAGES } from "../../../images/upstream";
import { VERSIONS } from "../../../lab-spec/versions";

jest.mock("../../../programs/go", () => ({
  ...jest.requireActual<object>("../../../programs/go"),
  binDir: (_: unknown, name: string) => `/bin-of/${name}`,
  goModuleSource: (ctx: StepContext) => ctx.exec("go", []),
}));
jest.mock("../../../images/rootfs", () => ({
  ...jest.requireActual<object>("../../../images/rootfs"),
  rootfsTar: (_: unknown, r: { id: string }) => `/rootfs/${r.id}.tar`,
}));

let source: string;
beforeEach(() => {
  source = mkdtempSync(path.join(tmpdir(), "calico-"));
  const put = (f: string, text: string): void => {
    mkdirSync(path.dirname(path.join(source, f)), { recursive: true });
    writeFileSync(path.join(source, f), text);
  };
  put("node/filesystem/etc/rc.local", "# no first line\n");
  put("node/filesystem/etc/service/available/felix/run", "#!/bin/sh\n");
  put("node/filesystem/etc/service/available/bird/run", "#!/bin/sh\nexec bird -R\n");
  put("node/filesystem/sbin/start_runit", "#!/bin/sh\n");
  const peers = ["Mesh", "Global", "Node"].map((kind) => `protocol bgp ${kind}_{{$id}} from bgp_template {\n}\n`);
  put(
    "confd/etc/calico/confd/templates/bird.cfg.template",
    `router id;\ntemplate bgp bgp_template {\n}\n${peers.join("")}`,
  );
  put(
    "confd/etc/calico/confd/templates/bird_ipam.cfg.template",
    'a\nfilter calico_kernel_programming {\n  krt_tunnel = "";\n}\n',
  );
});
afterEach(() => rmSync(source, { recursive: true, force: true }));

const made = (): ReturnType<typeof recipes> =>
  recipes(
    {
      root: path.join(__dirname, "../../.."),
      cache: "/cache",
      exec: async () => source,
      log: () => undefined,
      keyOf: () => "",
    },
    "/extras",
  );

test("every image that kubeadm, Calico's manifest and the demo ask for, under its upstream name", async () => {
  expect(
    Object.keys(await made())
      .map((name) => POD_IMAGES[name as keyof typeof POD_IMAGES])
      .sort(),
  ).toEqual([
    `docker.io/calico/cni:${VERSIONS.calico}`,
    `docker.io/calico/kube-controllers:${VERSIONS.calico}`,
    `docker.io/calico/node:${VERSIONS.calico}`,
    `docker.io/library/nginx:${VERSIONS.nginx}`,
    `registry.k8s.io/coredns/coredns:${VERSIONS.coredns}`,
    `registry.k8s.io/etcd:${VERSIONS.etcdImage}`,
    ...["kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler"].map(
      (c) => `registry.k8s.io/${c}:${VERSIONS.kubernetes}`,
    ),
    `registry.k8s.io/pause:${VERSIONS.pause}`,
  ]);
});

test("calico/node has Calico's own files below merged folders, the start script executable, the patched template in the template's place", async () => {
  const { layer, command, base } = (await made())["calico-node"];
  expect(base).toBe("/rootfs/pod-base.tar");
  expect(command).toEqual(["start_runit"]);
  expect(Object.keys(layer.files!).sort()).toEqual([
    "/etc/service/available/felix/run",
    "/usr/bin/calico-node",
    "/usr/sbin/start_runit",
  ]);
  expect(layer.texts!["/etc/rc.local"]).toEqual({ mode: 0o755, text: "# no first line\n" });
  expect(layer.texts!["/etc/calico/confd/templates/bird_ipam.cfg.template"]!.text).toContain(
    "filter calico_kernel_programming string krt_tunnel; {\n  krt_tunnel",
  );
  // On Debian /bin, /sbin and /lib are links: an entry of that name would hide the real folder.
  for (const p of [...Object.keys(layer.files!), ...Object.keys(layer.texts!), ...Object.keys(layer.links!)])
    expect(p).not.toMatch(/^\/(bin|sbin|lib)\//);
});

test("calico and calico-ipam are one program; the plug-ins beside it come from the Debian package", async () => {
  const { files } = (await made())["calico-cni"].layer;
  expect(files!["/opt/cni/bin/calico-ipam"]).toBe(files!["/opt/cni/bin/calico"]);
  expect(
    Object.keys(files!)
      .map((f) => path.basename(f))
      .sort(),
  ).toEqual(["bandwidth", "calico", "calico-ipam", "host-local", "install", "loopback", "portmap", "tuning"]);
  expect(files!["/opt/cni/bin/portmap"]).toBe("/extras/usr/lib/cni/portmap");
});
