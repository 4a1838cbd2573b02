// Few files with their bytecode start in a third of the time that 700 sources take. What is imported when it is needed has a file of
// its own, since the runtime keeps text and bytecode of every file it has loaded: a server that runs has no use for the commands.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Bundles that nobody has used for this long are removed; a launcher may be about to start a younger one. */
const staleMs = 24 * 60 * 60 * 1000;

/** Programs of threads: they are found by their names beside the file that starts them. */
const threads = ["src/storage/sqlite/checkpoint-worker.ts"];

/**
 * The bundle of what `src/` holds now, or undefined where there is none and none can be made: start from the sources then.
 * `build: false` makes none.
 *
 * @param {{ root: string, bun: string, lockHash: string, build: boolean }} options
 * @returns {string | undefined}
 */
export function bundledEntry({ root, bun, lockHash, build }) {
  const cache = join(root, "node_modules", ".cache", "penstock");
  const key = sourceKey(root, lockHash);
  const entry = join(cache, key, "main.js");
  if (existsSync(entry)) return entry;
  if (!build) return undefined;
  try {
    mkdirSync(cache, { recursive: true });
    const made = mkdtempSync(join(cache, "making-"));
    const done = split({ root, bun, made }) && compile({ root, bun, made });
    // A source saved meanwhile may or may not be in it.
    const current = done && sourceKey(root, lockHash) === key;
    if (current) renameSync(join(made, "compiled"), join(cache, key));
    rmSync(made, { recursive: true, force: true });
    removeStale(cache, key);
    return current ? entry : undefined;
  } catch {
    // Another launcher was quicker, or the folder cannot be written.
    return existsSync(entry) ? entry : undefined;
  }
}

/** Keeps the bundle of a program that runs from being removed, as long as this process does: it may have parts left to load. */
export function keepWhileRunning(entry) {
  const touch = () => {
    try {
      utimesSync(dirname(entry), new Date(), new Date());
    } catch {
      // Somebody else's folder, or a new installation took its place.
    }
  };
  touch();
  setInterval(touch, staleMs / 24).unref();
}

/** One file for what a start needs, one for each part that is imported later, and one for each thread: Bun splits ES modules only. */
function split({ root, bun, made }) {
  return build({ root, bun }, [
    join(root, "src/cli/main.ts"),
    ...threads.map((path) => join(root, path)),
    `--outdir=${join(made, "split")}`,
    "--entry-naming=[name].[ext]",
    "--format=esm",
    "--splitting",
  ]);
}

/** Each of them by itself, with its bytecode: Bun makes that of CommonJS only. */
function compile({ root, bun, made }) {
  const parts = readdirSync(join(made, "split")).map((name) => join(made, "split", name));
  return build({ root, bun }, [
    ...parts,
    `--outdir=${join(made, "compiled")}`,
    "--entry-naming=[name].[ext]",
    "--format=cjs",
    "--bytecode",
    "--external=./*",
    "--define=import.meta.require=require",
    // Else the folder they are in here, which is gone when they run.
    "--define=import.meta.dirname=module.path",
  ]);
}

function build({ root, bun }, options) {
  const minified = ["--minify-syntax", "--minify-whitespace"];
  const args = ["build", "--target=bun", ...minified, ...options];
  return spawnSync(bun, args, { cwd: root, stdio: "ignore" }).status === 0;
}

/** Changes with every file that could change the bundle: content cannot change without size, `mtime` or `ctime`. */
function sourceKey(root, lockHash) {
  const hash = createHash("sha256").update(lockHash);
  const files = readdirSync(join(root, "src"), { recursive: true }).map((name) => join("src", name));
  for (const file of [...files, "package.json", "tsconfig.json"].sort()) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    if (stat?.isFile()) hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\0${stat.ctimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 32);
}

function removeStale(cache, key) {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (name !== key && stat !== undefined && Date.now() - stat.mtimeMs > staleMs) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
