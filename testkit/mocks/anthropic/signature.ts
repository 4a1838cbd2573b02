import { createHmac, timingSafeEqual } from "node:crypto";

/** The mock's own key; a signature of any other maker is refused, as the vendor refuses it. */
const key = "mock-vendor-thinking";

/**
 * A signature over the thinking as the client was shown it (empty with `display: omitted`), bound to the conversation
 * that `binding` names.
 */
export function signThinking(text: string, binding: string): string {
  const hidden = `${Buffer.from(text).toString("base64url")}.${binding}`;
  return `${hidden}.${mac(hidden)}`;
}

/** The conversation that a signature was made in. */
export function bindingOf(signature: string): string | undefined {
  return signature.split(".")[1];
}

/** Whether the text is, to the letter, the one that was signed. */
export function isSigned(text: string, signature: string): boolean {
  return open(signature) === text;
}

/** A `redacted_thinking` block's data. */
export function sealThinking(text: string): string {
  return signThinking(`redacted:${text}`, "");
}

/** Whether the data came from this mock. */
export function isSealed(data: string): boolean {
  return open(data)?.startsWith("redacted:") === true;
}

function open(signature: string): string | undefined {
  const [text = "", binding = "", sum = "", ...more] = signature.split(".");
  const wanted = Buffer.from(mac(`${text}.${binding}`));
  const given = Buffer.from(sum);
  if (more.length > 0 || wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  return Buffer.from(text, "base64url").toString();
}

function mac(text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}
