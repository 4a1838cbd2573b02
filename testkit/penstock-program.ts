import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundledEntry } from "../scripts/bundle.mjs";

const root = join(import.meta.dir, "..");
let found: string | undefined;

/**
 * The command that runs Penstock in a process of its own: from the bundle of what `src/` holds now, as `npm start` does, since
 * that starts in a third of the time; from the sources where none can be made. Looked up once a test process.
 */
export function penstockProgram(): readonly [bun: string, entry: string] {
  found ??= bundledEntry({ root, bun: process.execPath, lockHash: lockHash(), build: true });
  found ??= join(root, "src/cli/main.ts");
  return [process.execPath, found];
}

function lockHash(): string {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}
