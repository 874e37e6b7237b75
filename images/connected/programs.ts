import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { fetchFile } from "../../steps/download";
import { hashOf } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";
import { VERSIONS } from "../../lab-spec/versions";
import { copyFromImage } from "../engine";
import type { NodePrograms } from "../machine";
import { kubernetesUrl, POD_IMAGES, pullName, TOOL_IMAGES } from "../upstream";
import { withPulled } from "./pull";

const RELEASED = ["kubeadm", "kubelet", "kubectl"] as const;
/** Programs that upstream publishes inside images only. */
const INSIDE = {
  calicoctl: { image: TOOL_IMAGES.calicoctl, file: "/calicoctl" },
  etcdctl: { image: POD_IMAGES.etcd, file: "/usr/local/bin/etcdctl" },
} as const;

/** Where things come from is part of it: what a mirror gives is not taken for what upstream gives. */
const key = (): string =>
  hashOf(
    VERSIONS.kubernetes,
    JSON.stringify(INSIDE),
    kubernetesUrl(""),
    ...Object.values(INSIDE).map((i) => pullName(i.image)),
  );
const folder = (ctx: Pick<StepContext, "cache">): string => path.join(ctx.cache, "upstream", key());

/** Where upstream's programs for nodes lie. */
export function upstreamPrograms(ctx: Pick<StepContext, "cache">): NodePrograms {
  const at = (name: string): string => path.join(folder(ctx), name);
  return {
    kubeadm: at("kubeadm"),
    kubelet: at("kubelet"),
    kubectl: at("kubectl"),
    calicoctl: at("calicoctl"),
    etcdctl: at("etcdctl"),
  };
}

/** Upstream's released programs for nodes, each checked against the checksum published with it. */
export function programsStep(): Step {
  return {
    id: "upstream-programs",
    title: `Kubernetes ${VERSIONS.kubernetes} programs`,
    needs: ["docker-engine"],
    estimate: 20,
    kind: "io",
    key,
    present: async (ctx) => Object.values(upstreamPrograms(ctx)).every((f) => existsSync(f)),
    run: async (ctx) => {
      const work = `${folder(ctx)}.partial`;
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      for (const program of RELEASED) {
        ctx.log(kubernetesUrl(program));
        const checksum = path.join(work, `${program}.sha256`);
        await fetchFile(`${kubernetesUrl(program)}.sha256`, checksum, { sha256: null, signal: ctx.signal });
        await fetchFile(kubernetesUrl(program), path.join(work, program), {
          sha256: readFileSync(checksum, "utf8").trim().split(/\s/)[0]!.toLowerCase(),
          mode: 0o755,
          signal: ctx.signal,
        });
      }
      await withPulled(
        ctx,
        Object.values(INSIDE).map((i) => i.image),
        async () => {
          for (const [program, { image, file }] of Object.entries(INSIDE))
            await copyFromImage(image, file, path.join(work, program));
        },
      );
      rmSync(folder(ctx), { recursive: true, force: true });
      renameSync(work, folder(ctx));
    },
  };
}
