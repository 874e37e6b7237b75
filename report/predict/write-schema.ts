import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findRoot } from "../../common/root";
import { predictionSchemaText } from "./schema";

/** Writes docs/predict.schema.json. */
writeFileSync(join(findRoot(), "docs", "predict.schema.json"), predictionSchemaText());
