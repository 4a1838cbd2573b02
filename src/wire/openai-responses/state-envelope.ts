import type { RedactedThinkingPart, Signed, ThinkingPart } from "../neutral/part.ts";
import { type ProtocolId, protocolIds } from "../neutral/protocol-id.ts";
import { invalid } from "../read-json.ts";

/** How the state of other protocols' vendors begins where this gateway wrote it for a client of this one. */
export const envelopePrefix = "penstock.";

type Reasoning = ThinkingPart | RedactedThinkingPart;

/**
 * Another protocol's reasoning as the `encrypted_content` of a client, which sends it back unread:
 * `penstock.<protocol id>.<t|r|s>.<base64url of the state>`, `t` for a thinking block (its text is the summary), `r`
 * for a redacted one, `s` for the signature of the text or call that follows. Undefined for a block of unknown origin.
 */
export function wrapState(part: Reasoning): string | undefined {
  if (part.origin === undefined) return undefined;
  const kind = part.type === "thinking" ? "t" : "r";
  const state = part.type === "thinking" ? (part.signature ?? "") : part.data;
  return envelope(part.origin.protocol, { kind, state });
}

/** The signature of a text or a call, for the item that stands before it. */
export function wrapSignature({ signature = "", origin }: Signed): string | undefined {
  return origin === undefined ? undefined : envelope(origin.protocol, { kind: "s", state: signature });
}

function envelope(protocol: ProtocolId, { kind, state }: { kind: string; state: string }): string {
  return `${envelopePrefix}${protocol}.${kind}.${Buffer.from(state, "utf8").toString("base64url")}`;
}

/** What an envelope holds. */
export type Unwrapped = { readonly block: Reasoning } | { readonly signature: Signed };

/** The block behind an envelope. Throws `invalid_request` for one that this gateway did not write. */
export function unwrapState(wrapped: string, { text, path }: { text: string; path: string }): Unwrapped {
  const match = /^penstock\.([a-z-]+)\.([trs])\.([\w-]*)$/.exec(wrapped);
  const protocol = protocolOf(match?.[1]);
  if (match === null || protocol === undefined) {
    return invalid(path, "is not as this gateway wrote it; send it back unchanged, or leave the item out");
  }
  const state = Buffer.from(match[3] ?? "", "base64url").toString("utf8");
  const origin = { protocol };
  if (match[2] === "s") return { signature: { signature: state, origin } };
  if (match[2] === "r") return { block: { type: "redacted_thinking", data: state, origin } };
  return { block: { type: "thinking", text, ...(state !== "" && { signature: state }), origin } };
}

function protocolOf(text: string | undefined): ProtocolId | undefined {
  return protocolIds.find((id) => id === text);
}
