/** Stand-ins of upstream's places on loopback, filled with what the registry way has built on this machine. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import * as path from "node:path";
import { readSetup } from "../../../pulumi/environment";
import { runSteps } from "../../../steps/run";
import { registrySteps } from "../../../setup/setup";
import { binDir } from "../../../programs/go";
import { PLUGINS, pluginFolder, sdkVersion } from "../../../setup/steps/sdk";
import { podArchive } from "../../../images/pods";
import { rootfsStep, rootfsTar, type Rootfs } from "../../../images/rootfs";
import { POD_IMAGES, TOOL_IMAGES } from "../../../images/upstream";
import { VERSIONS } from "../../../lab-spec/versions";
import { docker, root } from "../support";
import type { Served } from "./file-server";
import type { ImageRegistry } from "./image-registry";

const DEBIAN: Rootfs = { id: "debian", packages: ["ca-certificates"] };
const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
/** A gzipped archive of folders and files of `dir`. */
const archive = (dir: string, ...options: string[]): Buffer =>
  execFileSync("tar", ["-I", "gzip -1", "-chf", "-", "-C", dir, ...options], { maxBuffer: 2 ** 30 });

export const CLI = `/pulumi/sdk/pulumi-v${VERSIONS.pulumi}-linux-x64.tar.gz`;
export const CLI_CHECKSUMS = `/pulumi/sdk/pulumi-${VERSIONS.pulumi}-checksums.txt`;

/** Path on the file server to what is there, laid out as upstream's hosts are. */
export async function releaseFiles(): Promise<Record<string, Served>> {
  const setup = readSetup(root);
  const { context } = await runSteps(registrySteps(), { root });
  const cli = archive(path.join(setup.pulumiRoot, "bin"), "--transform", "s,^\\.,pulumi,", ".");
  const files: Record<string, Served> = { [CLI]: cli, [CLI_CHECKSUMS]: `${sha256(cli)}  ${path.basename(CLI)}\n` };
  for (const name of PLUGINS)
    files[`/pulumi/plugins/pulumi-resource-${name}-v${sdkVersion(root, name)}-linux-amd64.tar.gz`] = archive(
      path.join(setup.pulumiHome, "plugins", pluginFolder(root, name)),
      ".",
    );
  for (const program of ["kubeadm", "kubelet", "kubectl"]) {
    const at = `/kubernetes/${VERSIONS.kubernetes}/bin/linux/amd64/${program}`;
    const file = path.join(binDir(context, "kubernetes"), program);
    files[at] = { file };
    files[`${at}.sha256`] = sha256(readFileSync(file));
  }
  for (const manifest of ["calico.yaml", "calico-vxlan.yaml"])
    files[`/calico/${manifest}`] = { file: path.join(setup.calicoManifests, manifest) };
  return files;
}

/** Fills a registry with every image that the connected way pulls. Names that the engine did not have before are taken off it again. */
export async function fillRegistry(registry: ImageRegistry): Promise<void> {
  const { context } = await runSteps(
    [...registrySteps(), rootfsStep(DEBIAN, "Debian root filesystem")].filter(
      (s, i, all) => all.findIndex((o) => o.id === s.id) === i,
    ),
    { root },
  );
  const had = new Set((await docker.listImages()).flatMap((i) => i.RepoTags ?? []));
  const hold = async (name: string): Promise<void> => {
    await registry.hold(name);
    // The engine leaves docker.io/library/ off the names that it lists.
    if (!had.has(name) && !had.has(name.replace(/^docker\.io\/(library\/)?/, ""))) await docker.getImage(name).remove();
  };
  await registry.load(podArchive(context));
  for (const name of Object.values(POD_IMAGES)) await hold(name);
  await registry.make(TOOL_IMAGES.debian, createReadStream(rootfsTar(context, DEBIAN)));
  await hold(TOOL_IMAGES.debian);
  await registry.make(
    TOOL_IMAGES.calicoctl,
    spawn("tar", ["-cf", "-", "-C", binDir(context, "calico"), "calicoctl"]).stdout,
  );
  await hold(TOOL_IMAGES.calicoctl);
}

/** Settings that put the stand-ins in place of upstream. */
export const settings = (server: string, registry: string): Record<string, string> => ({
  FABRICLAB_PULUMI_RELEASES: `${server}/pulumi`,
  FABRICLAB_KUBERNETES_RELEASES: `${server}/kubernetes`,
  FABRICLAB_CALICO_MANIFESTS: `${server}/calico`,
  FABRICLAB_REGISTRY_MIRROR: registry,
});
