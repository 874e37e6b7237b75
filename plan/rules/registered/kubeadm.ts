import { parseAllDocuments } from "yaml";
import { textAt, type RegisteredResource } from "./resource";

/** The subnets of a kubeadm ClusterConfiguration in a file or a script's input. */
export interface KubeadmConfig {
  readonly urn: string;
  readonly resource: string;
  /** Property that holds the text: "stdin". */
  readonly property: string;
  readonly podSubnet: string | null;
  readonly serviceSubnet: string | null;
}

/** Where the command provider and its kin take text: a command's input, a file's content. */
const PROPERTIES = ["stdin", "source.text", "create", "update"] as const;
const HAS_CONFIG = /^\s*kind:\s*["']?ClusterConfiguration\b/m;

/**
 * The subnets of kubeadm in a resource's texts: of ClusterConfiguration documents, as a whole text or in a here-document, and of the flags of `kubeadm init`.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (Networking)
 */
export function kubeadmConfigs({ urn, name, props }: RegisteredResource): KubeadmConfig[] {
  return PROPERTIES.flatMap((property) => {
    const text = textAt(props, property);
    if (text === null) return [];
    const written = HAS_CONFIG.test(text)
      ? [text, ...hereDocuments(text)]
          .flatMap(documents)
          .filter((document) => textAt(document, "kind") === "ClusterConfiguration")
          .map((document) => [textAt(document, "networking.podSubnet"), textAt(document, "networking.serviceSubnet")])
      : [];
    return [...written, ...initFlags(text)].map(([podSubnet = null, serviceSubnet = null]) => ({
      urn,
      resource: name,
      property,
      podSubnet,
      serviceSubnet: serviceSubnet ?? DEFAULT_SERVICES,
    }));
  });
}

/** Range of services where nobody names one (kubeadm, DefaultServicesSubnet). */
const DEFAULT_SERVICES = "10.96.0.0/12";

/** A command line of `kubeadm init` with its continued lines, up to what ends it. */
const INIT = /\bkubeadm\s+init\b((?:\\\r?\n|[^\n;|&])*)/g;

/** Pod and service range by the flags of `kubeadm init`, for each that has one of them. */
function initFlags(text: string): (string | null)[][] {
  return [...text.matchAll(INIT)].flatMap(([, words = ""]) => {
    const flag = (name: string): string | null =>
      new RegExp(`--${name}[=\\s]+["']?([0-9a-fA-F.:/,]+)`).exec(words.replace(/\\\r?\n/g, " "))?.[1] ?? null;
    const ranges = [flag("pod-network-cidr"), flag("service-cidr")];
    return ranges.every((range) => range === null) ? [] : [ranges];
  });
}

/** Texts of here-documents in a script, without the tabs that `<<-` takes away. */
const HERE = /<<(-?)\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)\2[^\n]*\n([\s\S]*?)\n[\t ]*\3[\t ]*(?=\n|$)/g;

const hereDocuments = (text: string): string[] =>
  [...text.matchAll(HERE)].map(([, dash, , , body = ""]) => (dash === "-" ? body.replace(/^\t+/gm, "") : body));

/** A script is no YAML: the parser then finds errors, and what it read is left alone. */
function documents(text: string): unknown[] {
  const parsed = parseAllDocuments(text);
  return Array.isArray(parsed)
    ? parsed.filter((each) => each.errors.length === 0).map((each) => each.toJS() as unknown)
    : [];
}
