import { isObject } from "../read-json.ts";

/** The text inside the payload of a `chunk`, which is `{"bytes": "<base64>"}` with padding; undefined when it is none. */
export function chunkText(payload: string): string | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    const bytes = isObject(value) ? value.bytes : undefined;
    return typeof bytes === "string" ? Buffer.from(bytes, "base64").toString("utf8") : undefined;
  } catch {
    return undefined;
  }
}
