/**
 * A module that is loaded when it is first asked for, so that help and completion answer at once and a command loads only what it runs on.
 *
 * The module's name stands twice, since TypeScript has no type for what `require` of a name gives; `test/unit/rooms.test.ts` compares the two:
 *
 *     const lab = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
 *     ... const { openLab } = lab();
 *
 * @param from the `require` of the file that asks, by which the name is resolved
 */
export function lazy<M>(from: NodeJS.Require, name: string): () => M {
  return () => from(name) as M;
}
