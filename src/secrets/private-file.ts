import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file only its owner can read (0600), whole or not at all, also when the power fails in between.
 * `replace` false: leaves an existing file as it is and returns false.
 */
export function writePrivateFile(
  path: string,
  content: { readonly text: string; readonly replace: boolean },
): boolean {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "w", 0o600);
  try {
    writeSync(file, content.text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const written = content.replace ? rename(temporary, path) : link(temporary, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return written;
}

function rename(temporary: string, path: string): true {
  renameSync(temporary, path);
  return true;
}

/** Unlike a rename, a link never replaces what another process has just put there. */
function link(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}
