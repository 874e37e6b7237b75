import type { StepContext } from "../../steps/step";
import { hasImage, pullImage, removeImage, tagImage } from "../engine";
import { pullName } from "../upstream";

/** Pulls images, gives them their upstream names, does something with them, and removes those that the engine did not have before. */
export async function withPulled(
  ctx: StepContext,
  images: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const fresh: string[] = [];
  try {
    for (const image of images) {
      const source = pullName(image);
      for (const name of new Set([image, source])) if (!(await hasImage(name))) fresh.push(name);
      ctx.log(`pull ${source}`);
      await pullImage(source);
      if (source !== image) await tagImage(source, image);
    }
    await work();
  } finally {
    for (const name of fresh) await removeImage(name);
  }
}
