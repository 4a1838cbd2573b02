import { createHmac, timingSafeEqual } from "node:crypto";

/** The mock's own key; a signature of any other maker is refused, as the vendor refuses it. */
const key = "mock-vendor-thinking";

/**
 * A signature over the thinking as the model thought it. With `display: omitted` the client sees no text, so the text
 * travels encrypted at the vendor; here it is inside the signature.
 */
export function signThinking(text: string): string {
  const hidden = Buffer.from(text).toString("base64url");
  return `${hidden}.${mac(hidden)}`;
}

/** Whether `text` (empty when it was omitted) and the signature belong together. */
export function isSigned(text: string, signature: string): boolean {
  const hidden = open(signature);
  return hidden !== undefined && (text === "" || text === hidden);
}

/** A `redacted_thinking` block's data. */
export function sealThinking(text: string): string {
  return signThinking(`redacted:${text}`);
}

/** Whether the data came from this mock. */
export function isSealed(data: string): boolean {
  return open(data)?.startsWith("redacted:") === true;
}

function open(signature: string): string | undefined {
  const [hidden = "", sum = ""] = signature.split(".", 2);
  const wanted = Buffer.from(mac(hidden));
  const given = Buffer.from(sum);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  return Buffer.from(hidden, "base64url").toString();
}

function mac(text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}
