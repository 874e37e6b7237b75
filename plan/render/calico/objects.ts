/** What the patches need to know of a Kubernetes object; the rest is passed through. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly [key: string]: unknown;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly EnvVar[];
  readonly [key: string]: unknown;
}

export interface ConfigMap extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}

export interface PodController extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers?: readonly Container[];
        readonly containers: readonly Container[];
        readonly [key: string]: unknown;
      };
      readonly [key: string]: unknown;
    };
    readonly [key: string]: unknown;
  };
}

/** Thrown when the upstream manifest is not shaped as the patches expect: a new version needs a look. */
export class CalicoManifestError extends Error {
  constructor(message: string) {
    super(`Calico manifest: ${message}`);
    this.name = "CalicoManifestError";
  }
}

/** The list with the one object of this kind and name replaced by what `change` makes of it; throws if it isn't there. */
export function patchObject<T extends KubernetesObject>(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
  isShape: (object: KubernetesObject) => object is T,
  change: (object: T) => T,
): KubernetesObject[] {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  const [target] = found;
  if (found.length !== 1 || target === undefined)
    throw new CalicoManifestError(`${found.length} objects ${kind} ${name}, one expected`);
  if (!isShape(target)) throw new CalicoManifestError(`${kind} ${name} has no data or pod template where expected`);
  return objects.map((object) => (object === target ? change(target) : object));
}

/** Whether the object has string data, as a ConfigMap. */
export function isConfigMap(object: KubernetesObject): object is ConfigMap {
  return isRecord(object["data"]) && Object.values(object["data"]).every((value) => typeof value === "string");
}

/** Whether the object has a pod template with containers, as a DaemonSet or Deployment. */
export function isPodController(object: KubernetesObject): object is PodController {
  const { spec } = object;
  if (!isRecord(spec) || !isRecord(spec["template"])) return false;
  const pod = spec["template"]["spec"];
  return isRecord(pod) && Array.isArray(pod["containers"]);
}

/** The controller with the one container of this name changed; throws if it isn't there. */
export function patchContainer(
  controller: PodController,
  name: string,
  change: (container: Container) => Container,
): PodController {
  const pod = controller.spec.template.spec;
  if (!pod.containers.some((container) => container.name === name)) {
    throw new CalicoManifestError(`no container ${name} in ${controller.kind} ${controller.metadata.name}`);
  }
  const containers = pod.containers.map((container) => (container.name === name ? change(container) : container));
  return {
    ...controller,
    spec: { ...controller.spec, template: { ...controller.spec.template, spec: { ...pod, containers } } },
  };
}

/** The container with these variables set: in place where they stand, at the end where they are new. */
export function setEnv(container: Container, values: Readonly<Record<string, string>>): Container {
  const env = container.env ?? [];
  const kept = env.map((variable) =>
    values[variable.name] === undefined ? variable : { name: variable.name, value: values[variable.name] },
  );
  const added = Object.entries(values).filter(([name]) => !env.some((variable) => variable.name === name));
  return { ...container, env: [...kept, ...added.map(([name, value]) => ({ name, value }))] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
