import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A server that tests start, as Debian packages it. */
export interface DebianProgram {
  /** Names under which it may be on the machine, the first of them as in the package. */
  readonly names: readonly string[];
  /** Where the package has it. */
  readonly path: string;
  readonly package: string;
  /** Packages with libraries that a machine may lack which never ran it. */
  readonly libraries: readonly string[];
  /** What it is needed for. */
  readonly purpose: string;
}

/** How it is started. */
export interface FoundProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds it on the machine, else installs it as root, else unpacks Debian's packages beside the other caches. Throws with what to
 * do when there is no way to get it.
 */
export function findProgram(program: DebianProgram): FoundProgram {
  const find = () => onMachine(program) ?? unpacked(program);
  const found = find();
  if (found !== undefined) return found;
  if (Bun.which("apt-get") !== null) {
    if (process.getuid?.() === 0) install(program);
    else unpack(program);
  }
  const now = find();
  if (now !== undefined) return now;
  throw new Error(
    `${program.names[0]} was not found; ${program.purpose}. Install it (\`sudo apt-get install ${program.package}\`).`,
  );
}

function onMachine({ names, path }: DebianProgram): FoundProgram | undefined {
  const found = names.map((name) => Bun.which(name)).find((one) => one !== null);
  if (found !== undefined && found !== null) return { path: found, env: process.env };
  return existsSync(path) ? { path, env: process.env } : undefined;
}

function cacheOf(program: DebianProgram): { readonly folder: string; readonly root: string } {
  const folder = join(import.meta.dir, "..", "node_modules", ".cache", program.package);
  return { folder, root: join(folder, "root") };
}

function unpacked(program: DebianProgram): FoundProgram | undefined {
  const { root } = cacheOf(program);
  const path = join(root, program.path);
  if (!existsSync(path)) return undefined;
  const lib = join(root, "usr", "lib");
  const folders = readdirSync(lib).map((name) => join(lib, name));
  return { path, env: { ...process.env, LD_LIBRARY_PATH: [lib, ...folders].join(":") } };
}

function install({ names, package: name }: DebianProgram): void {
  process.stderr.write(`${names[0]} was not found; installing Debian's …\n`);
  // RUNLEVEL=1 keeps the package from starting a server of its own.
  const env = { ...process.env, RUNLEVEL: "1", DEBIAN_FRONTEND: "noninteractive" };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", name]])
    Bun.spawnSync(["apt-get", "-qq", ...words], { env, stdio: ["ignore", "ignore", "inherit"] });
}

function unpack(program: DebianProgram): void {
  process.stderr.write(`${program.names[0]} was not found; fetching Debian's packages …\n`);
  const { folder, root } = cacheOf(program);
  mkdirSync(folder, { recursive: true });
  const options = { cwd: folder, stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
  Bun.spawnSync(["apt-get", "-qq", "download", program.package, ...program.libraries], options);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".deb")))
    Bun.spawnSync(["dpkg", "-x", name, root], options);
}
