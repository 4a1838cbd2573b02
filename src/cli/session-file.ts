import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CliError } from "./cli-error.ts";

/** Where somebody is signed in on this machine. */
export interface StoredSession {
  /** `name=value`. */
  readonly cookie: string;
  readonly email: string;
  /** The org that commands are about; undefined: the person's first. */
  readonly orgId?: string | undefined;
}

const schema = z.record(
  z.string(),
  z.object({ cookie: z.string(), email: z.string(), orgId: z.string().optional() }),
);

/** The session at a server; undefined when there is none. */
export function readStoredSession(url: string): StoredSession | undefined {
  return readAll()[url];
}

/** Keeps a session in a file that only its owner can read (0600). */
export function storeSession(url: string, session: StoredSession): void {
  writeAll({ ...readAll(), [url]: session });
}

/** Forgets the session at a server. */
export function forgetSession(url: string): void {
  const { [url]: _, ...rest } = readAll();
  writeAll(rest);
}

function pathOf(): string {
  const folder = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  return join(folder, "penstock", "sessions.json");
}

function readAll(): z.infer<typeof schema> {
  let text: string;
  try {
    text = readFileSync(pathOf(), "utf8");
  } catch {
    return {};
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CliError(`${pathOf()} is damaged; remove it and sign in again`);
  }
}

function writeAll(sessions: z.infer<typeof schema>): void {
  const path = pathOf();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(sessions, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}
