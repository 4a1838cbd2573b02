import { createHmac } from "node:crypto";

/** Reasoning as only the mock can have written it: an altered or foreign one is refused. */
export function encryptReasoning({ id, text }: { id: string; text: string }): string {
  const payload = Buffer.from(JSON.stringify({ id, text })).toString("base64url");
  return `gAAAAA${payload}.${mac(payload)}`;
}

/** The id of the item it was issued with; undefined when the mock did not write it. */
export function issuedId(encrypted: string): string | undefined {
  const [payload = "", seal] = encrypted.slice("gAAAAA".length).split(".");
  if (!encrypted.startsWith("gAAAAA") || seal !== mac(payload)) return undefined;
  const { id }: { id: string } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return id;
}

function mac(payload: string): string {
  return createHmac("sha256", "mock reasoning").update(payload).digest("base64url");
}
