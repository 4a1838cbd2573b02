import { existsSync } from "node:fs";
import { BenchError } from "../bench-error.ts";

/** Path of nginx. Installs Debian's `nginx-light` when there is none and we are root; else throws `BenchError`. */
export function findNginx(): string {
  const found = lookUp();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && Bun.which("apt-get") !== null) install();
  const installed = lookUp();
  if (installed !== undefined) return installed;
  throw new BenchError(
    "nginx was not found, and every ratio of this benchmark is to nginx.",
    "Install it (`sudo apt-get install nginx-light`, `brew install nginx`), or run with --targets minimal,penstock for absolute figures only.",
  );
}

function lookUp(): string | undefined {
  const onPath = Bun.which("nginx");
  if (onPath !== null) return onPath;
  return existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : undefined;
}

function install(): void {
  process.stderr.write("nginx was not found; installing Debian's nginx-light …\n");
  // RUNLEVEL=1 keeps the package from starting its own server on port 80.
  const env = { ...process.env, RUNLEVEL: "1", DEBIAN_FRONTEND: "noninteractive" };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", "nginx-light"]]) {
    Bun.spawnSync(["apt-get", "-qq", ...words], { env, stdio: ["ignore", "ignore", "inherit"] });
  }
}
