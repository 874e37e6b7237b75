/** The policy pack as the engine starts it. */
import { PolicyPack } from "@pulumi/policy";
import { useFastStructs } from "../startup/fast-struct";
import { policies } from "./policies";

useFastStructs();
// The engine ends a pack with a signal; a process that ends by itself leaves its compiled form behind (startup/launch.ts).
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
new PolicyPack("fabriclab", { policies: policies() });
