/** Loaded before the program (`nodeargs` in Pulumi.yaml): what makes a preview start sooner, a file each. */
import { useCompileCache } from "./compile-cache";
import { useFastStructs } from "./fast-struct";
import { useLateSourceMaps } from "./source-maps";
import { useLazyModules } from "./lazy-modules";

useCompileCache();
useLateSourceMaps();
useLazyModules();
useFastStructs();
