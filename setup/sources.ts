import { kubernetesUrl, manifestUrl, pullName, POD_IMAGES } from "../images/upstream";
import { VERSIONS } from "../lab-spec/versions";

/** Pulumi's release files; FABRICLAB_PULUMI_RELEASES replaces `https://get.pulumi.com/releases`. */
const pulumiReleases = (): string => process.env.FABRICLAB_PULUMI_RELEASES ?? "https://get.pulumi.com/releases";
const CLI_ARCHIVE = `pulumi-v${VERSIONS.pulumi}-linux-x64.tar.gz`;

/** The CLI and its language hosts, and the checksums published with them. */
export const pulumiCli = (): { url: string; file: string; checksums: string } => ({
  url: `${pulumiReleases()}/sdk/${CLI_ARCHIVE}`,
  file: CLI_ARCHIVE,
  checksums: `${pulumiReleases()}/sdk/pulumi-${VERSIONS.pulumi}-checksums.txt`,
});

/** A provider plugin's archive. No checksum is published at this place. */
export const pulumiPlugin = (name: string, version: string): string =>
  `${pulumiReleases()}/plugins/pulumi-resource-${name}-v${version}-linux-amd64.tar.gz`;

/** One place that the connected way takes something from. */
export interface Source {
  readonly name: string;
  readonly url: string;
  /** HTTP statuses that mean "this is it, and you may have it". */
  readonly accepts: readonly number[];
}

/** The registry API of the host that an image is pulled from. 401 asks for the anonymous token that the engine will fetch. */
function registry(image: string): Source {
  const host = pullName(image).split("/")[0]!;
  // Docker takes registries on loopback as plain HTTP, all others as HTTPS; docker.io is an alias.
  const base = /^(127\.|localhost(:|$))/.test(host)
    ? `http://${host}`
    : `https://${host === "docker.io" ? "registry-1.docker.io" : host}`;
  return { name: `image registry ${host}`, url: `${base}/v2/`, accepts: [200, 401] };
}

/** Every place that the connected way needs, each once. */
export function connectedSources(): Source[] {
  const all = [
    { name: "Pulumi releases", url: pulumiCli().url, accepts: [200] },
    { name: "Kubernetes releases", url: kubernetesUrl("kubeadm"), accepts: [200] },
    { name: "Calico manifests", url: manifestUrl("calico.yaml"), accepts: [200] },
    registry(POD_IMAGES.pause),
    registry(POD_IMAGES.nginx),
  ];
  return all.filter((s, i) => all.findIndex((o) => o.url === s.url) === i);
}
