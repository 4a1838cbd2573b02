import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string;
let root: string;
let main: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "penstock-bundle-"));
  root = folder;
  mkdirSync(join(root, "src/cli"), { recursive: true });
  mkdirSync(join(root, "node_modules"));
  main = join(root, "src/cli/main.ts");
  writeFileSync(main, `import { word } from "../word.ts";\nconsole.log(word);\n`);
  says("one");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function says(word: string): void {
  writeFileSync(join(root, "src/word.ts"), `export const word: string = "${word}";\n`);
  // As a tool would that keeps times when it copies.
  utimesSync(join(root, "src/word.ts"), 1_700_000_000, 1_700_000_000);
}

/** What the launcher, which is plain Node, would start; empty: the sources. */
function entry(build = true, lockHash = "lock"): string {
  const module = join(import.meta.dir, "bundle.mjs");
  const options = JSON.stringify({ root, bun: process.execPath, lockHash, build });
  const script = `import(${JSON.stringify(module)}).then((m) => console.log(m.bundledEntry(${options}) ?? ""))`;
  return Bun.spawnSync(["node", "-e", script]).stdout.toString().trim();
}

function run(path: string): string {
  return Bun.spawnSync([process.execPath, path]).stdout.toString().trim();
}

test("the bundle does what the sources do, and is made once", () => {
  expect(entry(false)).toBe("");
  const made = entry();
  expect(run(made)).toBe("one");
  expect(entry()).toBe(made);
  expect(entry(false)).toBe(made);
});

test("a change of a source, of the lockfile, or a new file is never missed", () => {
  const before = entry();
  says("two");
  expect(run(entry())).toBe("two");
  says("one");
  const after = entry();
  expect(run(after)).toBe("one");
  expect(after).not.toBe(before);
  expect(entry(false, "another lock")).toBe("");
  writeFileSync(join(root, "src/more.ts"), "");
  expect(entry(false)).toBe("");
});

test("Penstock's own sources can be bundled, and the bundle runs", () => {
  root = join(import.meta.dir, "..");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(Bun.spawnSync([process.execPath, entry(), "--version"]).stdout.toString()).toBe(`${version}\n`);
}, 60_000);

test("sources that cannot be bundled are left to the runtime to complain about", () => {
  writeFileSync(main, `import { gone } from "./gone.ts";\nconsole.log(gone);\n`);
  expect(entry()).toBe("");
});
