import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Front, Handle } from "../listen.ts";
import { peerOf } from "./forward.ts";

/** Linux takes 107 bytes (`unix(7)`). */
const longestPath = 100;

/** Where the primary answers what workers pass on: a Unix socket that nobody but this user can open. */
export function openWorkerSocket(dataDir: string, handle: Handle): Front & { readonly path: string } {
  const named = join(dataDir, `workers-${process.pid}.sock`);
  const folder =
    Buffer.byteLength(named) > longestPath ? mkdtempSync(join(tmpdir(), "penstock-")) : undefined;
  const path = folder === undefined ? named : join(folder, "workers.sock");
  // Of a process that was killed and had the same number.
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    // What is too long is refused by whoever answers.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch(request, http) {
      // Asking a vendor may take its time.
      http.timeout(request, 0);
      return handle(request, () => peerOf(request));
    },
  });
  chmodSync(path, 0o600);
  return {
    path,
    port: 0,
    pending: () => server.pendingRequests,
    async stop(now) {
      await server.stop(now);
      rmSync(folder ?? path, { recursive: true, force: true });
    },
  };
}
