import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Front, Handle } from "../listen.ts";
import { peerOf } from "./forward.ts";

/** Linux takes 107 bytes (`unix(7)`), the longest name in the folder included. */
const longestFolder = 90;

/** A folder for the Unix sockets of this process and its workers, open to nobody but this user. What dead ones left goes. */
export function makeSocketFolder(dataDir: string): string {
  for (const name of readdirSync(dataDir)) {
    const pid = /^workers-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dataDir, name), { recursive: true });
  }
  const folder = join(dataDir, `workers-${process.pid}`);
  if (Buffer.byteLength(folder) > longestFolder) return mkdtempSync(join(tmpdir(), "penstock-"));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Where the primary answers what workers pass on. */
export function primarySocket(folder: string): string {
  return join(folder, "primary.sock");
}

/** Where a worker answers what the others pass on to it. */
export function workerSocket(folder: string, index: number): string {
  return join(folder, `${index}.sock`);
}

/** Listens at a path. */
export function listenAt(path: string, handle: Handle): Front {
  // Of a worker that was killed.
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
    port: 0,
    pending: () => server.pendingRequests,
    stop: (now) => server.stop(now),
  };
}

function isRunning(pid: number): boolean {
  // A container gives the same few numbers again and again.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
