import { createHmac } from "node:crypto";

/** The mock's own key; a signature of any other maker is refused, as the vendor refuses it. */
const key = "mock-vendor-thoughts";
/** What the vendor takes instead of a signature it never issued. */
const skipped = "skip_thought_signature_validator";

/** A signature over what a part says, in base64. */
export function signPart(subject: string): string {
  const hidden = Buffer.from(subject).toString("base64url");
  return Buffer.from(`${hidden}.${mac(hidden)}`).toString("base64");
}

/** Whether the signature was made for exactly this part. */
export function isSigned(subject: string, signature: string): boolean {
  return signature === signPart(subject);
}

/** Whether the validator is asked to look away. */
export function isSkipped(signature: string): boolean {
  return signature === skipped;
}

function mac(text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}
