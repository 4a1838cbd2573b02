import { createHmac } from "node:crypto";

/** Whose reasoning it is unless told otherwise. */
const anyone = "mock reasoning";

/** Reasoning as only the mock, or one account of it, can have written it: an altered or foreign one is refused. */
export function encryptReasoning({ id, text }: { id: string; text: string }, account = anyone): string {
  const payload = Buffer.from(JSON.stringify({ id, text })).toString("base64url");
  return `gAAAAA${payload}.${mac(payload, account)}`;
}

/** The id of the item it was issued with; undefined when it was not written for this account. */
export function issuedId(encrypted: string, account = anyone): string | undefined {
  const [payload = "", seal] = encrypted.slice("gAAAAA".length).split(".");
  if (!encrypted.startsWith("gAAAAA") || seal !== mac(payload, account)) return undefined;
  const { id }: { id: string } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return id;
}

function mac(payload: string, account: string): string {
  return createHmac("sha256", account).update(payload).digest("base64url");
}
