import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PenstockError } from "../errors/penstock-error.ts";
import { KeyRing } from "./key-ring.ts";
import { writePrivateFile } from "./private-file.ts";

/** The name of the key file in the data folder. */
export const masterKeyFile = "master.key";

/**
 * The ring the operator gave, else the one in `master.key` of the data folder, which is made when there is none and
 * `mayCreate` says that nothing can be sealed yet. Throws `invalid_request` naming what to change.
 */
export function loadKeyRing(options: {
  /** The value of PENSTOCK_MASTER_KEY. */
  readonly masterKey: string | undefined;
  readonly dataDir: string;
  readonly mayCreate: boolean;
}): KeyRing {
  if (options.masterKey !== undefined) return KeyRing.parse(options.masterKey, "PENSTOCK_MASTER_KEY");
  const path = join(options.dataDir, masterKeyFile);
  return readRing(path) ?? createRing(path, options.mayCreate);
}

function readRing(path: string): KeyRing | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0) {
    throw refuse(`${masterKeyFile} can be read by others than its owner. Run \`chmod 600\` on it.`);
  }
  return KeyRing.parse(readFileSync(path, "utf8"), masterKeyFile);
}

function createRing(path: string, mayCreate: boolean): KeyRing {
  if (!mayCreate) {
    throw refuse(
      `The database holds sealed secrets, but ${masterKeyFile} is missing in the data folder and PENSTOCK_MASTER_KEY is not set. Put back the key they were sealed with.`,
    );
  }
  const text = `k${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64")}\n`;
  writePrivateFile(path, { text, replace: false });
  const ring = readRing(path);
  if (ring === undefined) throw refuse(`${masterKeyFile} could not be written to the data folder.`);
  return ring;
}

function refuse(reason: string): PenstockError {
  return new PenstockError("invalid_request", { fields: { reason } });
}
