import { policyParts } from "../startup/policy-parts";
import type { Bundle } from "./bundle";

/** Compiled code that no bundle can hold, and an optional module of ssh2 that wants a compiler. */
const NATIVE = { external: ["cpu-features", "*.node"] };

/** Every program of the checkout that is started often enough for one file to pay: a preview loads it instead of hundreds. */
export const PROGRAMS = {
  /** The Pulumi program but for the SDKs, which the SDK's own runner shares with it. */
  program: {
    name: "program",
    entry: "program.ts",
    executable: false,
    options: { external: ["@pulumi/pulumi", "@pulumi/pulumi/*", "@pulumi/command"] },
  },
  policy: { name: "policy", entry: "policy/main.ts", executable: false, options: { plugins: [policyParts] } },
  provider: { name: "pulumi-resource-fabriclab", entry: "provider/main.ts", executable: true, options: NATIVE },
  languageHost: { name: "pulumi-language-nodejs", entry: "langhost/main.ts", executable: true, options: NATIVE },
  command: { name: "pulumi-resource-command", entry: "standins/command/main.ts", executable: true, options: NATIVE },
} as const satisfies Record<string, Bundle>;
