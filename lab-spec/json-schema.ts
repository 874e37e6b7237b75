import { z } from "zod";
import { labSchema } from "./schema";

/** JSON Schema of a whole `Pulumi.<stack>.yaml`, for editors: completion and checks of `fabriclab:lab`, anything else free. */
export function stackFileSchema(): object {
  const { $schema, ...lab } = z.toJSONSchema(labSchema, { io: "input" });
  return {
    $schema,
    title: "fabriclab stack",
    type: "object",
    properties: { config: { type: "object", properties: { "fabriclab:lab": lab }, required: ["fabriclab:lab"] } },
    required: ["config"],
  };
}

/** The text of `lab-spec/schema.json`. */
export function stackFileSchemaText(): string {
  return `${JSON.stringify(stackFileSchema(), null, 2)}\n`;
}
