/** Bundles the Pulumi program but for the SDKs, which the language host and others share with it: a preview loads one file instead of three hundred. */
import { bundle } from "./bundle";

void bundle("program", "program.ts", { external: ["@pulumi/pulumi", "@pulumi/pulumi/*", "@pulumi/command"] });
