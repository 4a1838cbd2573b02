import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** How a Redis is started. */
export interface RedisBinary {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * `redis-server` (or `valkey-server`): on the machine, else installed as root, else Debian's package unpacked beside the
 * other caches. Throws with what to do when there is no way to get one.
 */
export function findRedis(): RedisBinary {
  const found = onPath() ?? unpacked();
  if (found !== undefined) return found;
  if (Bun.which("apt-get") !== null) {
    if (process.getuid?.() === 0) install();
    else unpack();
  }
  const now = onPath() ?? unpacked();
  if (now !== undefined) return now;
  throw new Error(
    "redis-server was not found, and the tests of shared limits need one. Install it (`sudo apt-get install redis-server`, `brew install redis`).",
  );
}

function onPath(): RedisBinary | undefined {
  const path = Bun.which("redis-server") ?? Bun.which("valkey-server");
  return path === null ? undefined : { path, env: process.env };
}

const cache = join(import.meta.dir, "..", "node_modules", ".cache", "redis");
const root = join(cache, "root");
/** The server, and the libraries that a machine may lack which never ran one. */
const packages = ["redis-server", "redis-tools", "libatomic1", "libjemalloc2", "liblzf1"];

function unpacked(): RedisBinary | undefined {
  const path = join(root, "usr", "bin", "redis-server");
  if (!existsSync(path)) return undefined;
  const lib = join(root, "usr", "lib");
  const folders = readdirSync(lib).map((name) => join(lib, name));
  return { path, env: { ...process.env, LD_LIBRARY_PATH: [lib, ...folders].join(":") } };
}

function install(): void {
  process.stderr.write("redis-server was not found; installing Debian's …\n");
  // RUNLEVEL=1 keeps the package from starting a server of its own.
  const env = { ...process.env, RUNLEVEL: "1", DEBIAN_FRONTEND: "noninteractive" };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", "redis-server"]])
    Bun.spawnSync(["apt-get", "-qq", ...words], { env, stdio: ["ignore", "ignore", "inherit"] });
}

/** For who may not install: the packages' files, used where they are unpacked. */
function unpack(): void {
  process.stderr.write("redis-server was not found; fetching Debian's packages …\n");
  mkdirSync(cache, { recursive: true });
  const options = { cwd: cache, stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
  Bun.spawnSync(["apt-get", "-qq", "download", ...packages], options);
  for (const name of readdirSync(cache).filter((file) => file.endsWith(".deb")))
    Bun.spawnSync(["dpkg", "-x", name, root], options);
}
