import { join } from "node:path";

const folder = join(import.meta.dir, "../../recordings");

/** The text of a recorded reply, by its path under testkit/recordings. */
export function readRecording(path: string): Promise<string> {
  return Bun.file(join(folder, path)).text();
}

/** The payloads of a recorded stream, one a line. */
export async function readRecordedEvents(path: string): Promise<readonly string[]> {
  const text = await readRecording(path);
  return text.split("\n").filter((line) => line !== "");
}
