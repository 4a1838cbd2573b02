/**
 * Writes src/drivers/_registry.gen.ts from the folder: every driver file becomes an entry, so that adding a vendor edits
 * no shared file. `--check` only says whether the file is up to date, and fails when it is not.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dir, "../src/drivers");
const target = join(folder, "_registry.gen.ts");

/** `openai-completions.ts` to `openai_completions`; undefined for files of the folder that are not drivers. */
export function driverIdOf(file: string): string | undefined {
  if (!file.endsWith(".ts") || file.endsWith(".test.ts")) return undefined;
  if (file.startsWith("_") || file === "driver.ts") return undefined;
  return file.slice(0, -".ts".length).replaceAll("-", "_");
}

/** The text of the registry for these file names, in any order. */
export function renderRegistry(files: readonly string[]): string {
  const entries = files
    .map((file) => ({ file, id: driverIdOf(file) }))
    .filter((entry): entry is { file: string; id: string } => entry.id !== undefined)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return [
    "// Written by scripts/gen-drivers.ts from this folder; do not edit.",
    ...entries.map(({ file, id }) => `import ${variable(id)} from "./${file}";`),
    'import type { Driver } from "./driver.ts";',
    "",
    "/** Every driver by its id. */",
    "export const drivers: ReadonlyMap<string, Driver> = new Map<string, Driver>([",
    ...entries.map(({ id }) => `  ["${id}", ${variable(id)}],`),
    "]);",
    "",
  ].join("\n");
}

function variable(id: string): string {
  return id.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

async function main(): Promise<void> {
  const text = renderRegistry(readdirSync(folder));
  const current = await Bun.file(target)
    .text()
    .catch(() => "");
  if (current === text) return;
  if (process.argv.includes("--check")) {
    console.error("src/drivers/_registry.gen.ts is out of date: run `npm run gen:drivers` and commit it.");
    process.exit(1);
  }
  await Bun.write(target, text);
  console.log("Wrote src/drivers/_registry.gen.ts.");
}

if (import.meta.main) await main();
