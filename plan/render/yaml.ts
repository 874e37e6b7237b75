import { Document, visit } from "yaml";

/** Octal numbers of YAML 1.2, which readers of both versions take for numbers (gopkg.in/yaml.v3), and the library's 1.1 does not. */
const OCTAL = /^[-+]?0o[0-7_]+$/;

/**
 * A value as YAML that readers of YAML 1.1 take for what it is. Kubernetes' own programs are such readers (sigs.k8s.io/yaml): to them `off`, `no`, `0123`, `1e3` and
 * `12:30` are no strings unless they are quoted.
 *
 * Source: https://yaml.org/type/, the types of YAML 1.1
 */
export function yamlText(value: unknown): string {
  const document = new Document(value, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && OCTAL.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString();
}
