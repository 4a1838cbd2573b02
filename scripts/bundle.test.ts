import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

let folder: string;
let root: string;
let main: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "penstock-bundle-"));
  root = folder;
  mkdirSync(join(root, "src/cli"), { recursive: true });
  mkdirSync(join(root, "src/storage/sqlite"), { recursive: true });
  mkdirSync(join(root, "node_modules"));
  main = join(root, "src/cli/main.ts");
  writeFileSync(main, `import { word } from "../word.ts";\nconsole.log(word);\n`);
  writeFileSync(join(root, "src/storage/sqlite/checkpoint-worker.ts"), `self.postMessage("one thread");\n`);
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
  const options = JSON.stringify({ root, bun: process.execPath, lockHash, build });
  return inNode(`console.log(m.bundledEntry(${options}) ?? "")`);
}

function inNode(statement: string): string {
  const module = JSON.stringify(join(import.meta.dir, "bundle.mjs"));
  return Bun.spawnSync(["node", "-e", `import(${module}).then((m) => ${statement})`])
    .stdout.toString()
    .trim();
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

test("what is imported later has a file of its own, and shares with the start what both import", () => {
  writeFileSync(
    join(root, "src/shared.ts"),
    `export class Refusal extends Error {}\nexport let count = 0;\nexport const add = () => void (count += 1);\n`,
  );
  writeFileSync(
    join(root, "src/part.ts"),
    `import { add, Refusal } from "./shared.ts";\nadd();\nexport const refuse = () => { throw new Refusal("said in the part"); };\n`,
  );
  writeFileSync(
    main,
    `import { count, Refusal } from "../shared.ts";
import("../part.ts").then(({ refuse }) => {
  try { refuse(); } catch (error) { console.log(error instanceof Refusal, count); }
});\n`,
  );
  const made = entry();
  expect(run(made)).toBe("true 1");
  expect(readFileSync(made, "utf8")).not.toContain("said in the part");
  const parts = readdirSync(dirname(made)).filter((name) => name.endsWith(".js"));
  // Without its bytecode a part would be parsed anew at each start.
  for (const name of parts) expect(existsSync(join(dirname(made), `${name}.jsc`))).toBe(true);
});

test("the program of a thread is found beside the file that starts it, from the bundle as from the sources", () => {
  writeFileSync(
    join(root, "src/storage/sqlite/starter.ts"),
    `import { join } from "node:path";
export const thread = () => new Worker(join(import.meta.dirname, "checkpoint-worker.js"));\n`,
  );
  writeFileSync(
    main,
    `import("../storage/sqlite/starter.ts").then(({ thread }) => {
  thread().onmessage = ({ data }) => console.log(data);
});\n`,
  );
  expect(run(main)).toBe("one thread");
  expect(run(entry())).toBe("one thread");
});

test("a bundle that nobody runs from is removed in time, one that runs is not", () => {
  const age = () => utimesSync(dirname(made), 1_700_000_000, 1_700_000_000);
  const made = entry();
  age();
  inNode(`m.keepWhileRunning(${JSON.stringify(made)})`);
  says("two");
  entry();
  expect(run(made)).toBe("one");
  age();
  says("three");
  entry();
  expect(existsSync(made)).toBe(false);
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
