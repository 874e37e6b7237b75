#!/usr/bin/env node
import { endingOf } from "../common/errors";
import { run } from "./program";

run(process.argv.slice(2)).catch((error: unknown) => {
  const { text, code } = endingOf(error);
  process.stderr.write(text);
  process.exitCode = code;
});
