import type { Origin } from "../neutral/part.ts";
import { type ProtocolId, protocolIds } from "../neutral/protocol-id.ts";
import { invalid } from "../read-json.ts";
import { geminiOrigin } from "./schema.ts";

const prefix = "penstock.";

/** How an envelope begins on the wire; the prefix fills whole groups of base64, so that what follows changes nothing. */
export const envelopeStart = Buffer.from(prefix).toString("base64");

/** What the state belongs to: reasoning that is shown or hidden, or the part itself. */
export type StateKind = "thinking" | "redacted" | "part";

/** Opaque state, whose it is and what it belongs to. `state` is empty when the vendor gave none. */
export interface OwnedState {
  readonly state: string;
  readonly origin: Origin;
  readonly kind: StateKind;
}

/**
 * A `thoughtSignature` as a client of this protocol gets it. Clients send it back unread, so one that another protocol's
 * vendor made travels in an envelope: base64 (clients check that) of `penstock.<protocol id>.<kind>.<state>`. This
 * protocol's own pass byte for byte.
 */
export function wrapState({ state, origin, kind }: OwnedState): string {
  if (origin.protocol === geminiOrigin.protocol && kind !== "redacted") return state;
  return Buffer.from(`${prefix}${origin.protocol}.${kind}.${state}`, "utf8").toString("base64");
}

/** The opposite of `wrapState`. Throws `invalid_request` for an envelope that this gateway did not write. */
export function unwrapState(text: string, { path, kind }: { path: string; kind: StateKind }): OwnedState {
  const own = { state: text, origin: geminiOrigin, kind };
  // Most signatures are long: only the beginning decides.
  if (Buffer.from(text.slice(0, 16), "base64").toString("latin1", 0, prefix.length) !== prefix) return own;
  const [, protocol, written, ...rest] = Buffer.from(text, "base64").toString("utf8").split(".");
  const id = protocolOf(protocol);
  const known = kindOf(written);
  if (id === undefined || known === undefined) {
    return invalid(path, "is not as this gateway wrote it; send it back unchanged, or leave the part out");
  }
  return { state: rest.join("."), origin: { protocol: id }, kind: known };
}

function protocolOf(text: string | undefined): ProtocolId | undefined {
  return protocolIds.find((id) => id === text);
}

function kindOf(text: string | undefined): StateKind | undefined {
  return (["thinking", "redacted", "part"] as const).find((kind) => kind === text);
}
