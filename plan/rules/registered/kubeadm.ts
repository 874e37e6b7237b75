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
 * The ClusterConfiguration documents of a resource's texts.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (Networking)
 */
export function kubeadmConfigs({ urn, name, props }: RegisteredResource): KubeadmConfig[] {
  return PROPERTIES.flatMap((property) => {
    const text = textAt(props, property);
    if (text === null || !HAS_CONFIG.test(text)) return [];
    return documents(text)
      .filter((document) => textAt(document, "kind") === "ClusterConfiguration")
      .map((document) => ({
        urn,
        resource: name,
        property,
        podSubnet: textAt(document, "networking.podSubnet"),
        serviceSubnet: textAt(document, "networking.serviceSubnet"),
      }));
  });
}

/** A script with a here-document is no YAML: the parser then finds errors, and what it read is left alone. */
function documents(text: string): unknown[] {
  const parsed = parseAllDocuments(text);
  return Array.isArray(parsed)
    ? parsed.filter((each) => each.errors.length === 0).map((each) => each.toJS() as unknown)
    : [];
}
