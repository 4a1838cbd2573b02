import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./debian-program.ts";
import { freePort, untilOpen } from "./ports.ts";
import { spawnKept } from "./spawn-kept.ts";

/** A load balancer in front of replicas, as operators run one. */
export interface TestHaproxy extends Disposable {
  readonly url: string;
}

/** Starts HAProxy on a free port: round robin over `ports`, each asked for its health every 100 ms, no retries of its own. */
export async function startHaproxy(ports: readonly number[]): Promise<TestHaproxy> {
  const program = findProgram({
    names: ["haproxy"],
    path: "/usr/sbin/haproxy",
    package: "haproxy",
    libraries: ["liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"],
    purpose: "the tests of replicas put it before them",
  });
  const folder = mkdtempSync(join(tmpdir(), "penstock-haproxy-"));
  const config = join(folder, "haproxy.cfg");
  const port = freePort();
  await Bun.write(config, configuration(port, ports));
  const server = spawnKept(program, ["-db", "-f", config]);
  await untilOpen(port);
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      server.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port: number, ports: readonly number[]): string {
  const servers = ports.map(
    (each, index) => `  server replica${index} 127.0.0.1:${each} check inter 100ms fall 1 rise 1`,
  );
  return `global
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  retries 0
  option redispatch 0
frontend clients
  bind 127.0.0.1:${port}
  default_backend replicas
backend replicas
  balance roundrobin
  option httpchk
  http-check send meth GET uri /healthz ver HTTP/1.1 hdr host replica
${servers.join("\n")}
`;
}
