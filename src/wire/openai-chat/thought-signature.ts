import type { Signed } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { formatOf, originOf } from "./reasoning-details.ts";

const unsigned: Signed = {};

/**
 * The signature on a tool call, or on the text of a message, as Google's own Chat Completions endpoint writes it:
 * `extra_content: {google: {thought_signature}}`. Clients echo it, since it is part of the call. Another protocol's
 * vendor has `penstock: {thought_signature, format}` instead, with the `format` of `reasoning_details`. On a message
 * `penstock: {alone: true}` says that the signature is that of an empty text at the end, not of the text it has.
 */
export function readSignature(owner: JsonObject): Signed {
  const extra = owner.extra_content;
  if (!isObject(extra)) return unsigned;
  const google = isObject(extra.google) ? extra.google.thought_signature : undefined;
  if (isFilled(google)) return { signature: google, origin: { protocol: "gemini" } };
  if (!isObject(extra.penstock)) return unsigned;
  const { thought_signature: signature, format } = extra.penstock;
  return isFilled(signature) ? { signature, origin: originOf(format) } : unsigned;
}

/** Whether the signature of a message is that of an empty text behind its own. */
export function standsAlone(message: JsonObject): boolean {
  const extra = isObject(message.extra_content) ? message.extra_content : {};
  return isObject(extra.penstock) && extra.penstock.alone === true;
}

/** `extra_content` of a signed text, as a field of its message. */
export function textSignatureField(part: Signed & { readonly text: string }): JsonObject {
  const { extra_content: extra } = signatureField(part);
  if (!isObject(extra)) return {};
  if (part.text !== "") return { extra_content: extra };
  return {
    extra_content: { ...extra, penstock: { ...(isObject(extra.penstock) && extra.penstock), alone: true } },
  };
}

/** `{extra_content}` of a signature, to be spread into a call or a message; empty when there is none. */
export function signatureField({ signature, origin }: Signed): JsonObject {
  if (signature === undefined || origin === undefined) return {};
  const thought_signature = signature;
  return origin.protocol === "gemini"
    ? { extra_content: { google: { thought_signature } } }
    : { extra_content: { penstock: { thought_signature, format: formatOf(origin) } } };
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
