import type { Origin } from "../neutral/part.ts";
import { type ProtocolId, protocolIds } from "../neutral/protocol-id.ts";
import { invalid } from "../read-json.ts";
import { messagesOrigin } from "./schema.ts";

const prefix = "penstock.";
const callMark = "call-";

/**
 * What state in an envelope belongs to, where it is not the block's own reasoning: the call of an id, wherever a client puts
 * it, the text in the block after it (`next`), or a text that is empty (`alone`).
 */
export type StatePlace = "next" | "alone" | { readonly call: string };

/** Opaque state and whose it is. `state` is empty when the vendor gave none. */
export interface OwnedState {
  readonly state: string;
  readonly origin: Origin;
  readonly place?: StatePlace;
}

/**
 * A signature (or the data of redacted thinking) as a Messages client gets it. Clients send it back unread, so one
 * that another protocol's vendor made travels in an envelope that says whose it is:
 * `penstock.<protocol id>.<base64url of the state, possibly empty>`, and `.<place>` for what is not the block's own. This
 * protocol's own pass byte for byte.
 */
export function wrapState(state: string, origin: Origin | undefined): string {
  if (origin === undefined || origin.protocol === messagesOrigin.protocol) return state;
  return `${prefix}${origin.protocol}.${toBase64Url(state)}`;
}

/** A signature of a text or a call as the `signature` of an empty thinking block, which clients send back. */
export function wrapPartState({ state, origin, place }: Required<OwnedState>): string {
  const written = typeof place === "string" ? place : `${callMark}${toBase64Url(place.call)}`;
  return `${prefix}${origin.protocol}.${toBase64Url(state)}.${written}`;
}

/** The opposite of `wrapState`. Throws `invalid_request` for an envelope that this gateway did not write. */
export function unwrapState(text: string, path: string): OwnedState {
  if (!text.startsWith(prefix)) return { state: text, origin: messagesOrigin };
  const dot = text.indexOf(".", prefix.length);
  const protocol = dot === -1 ? undefined : protocolOf(text.slice(prefix.length, dot));
  const [encoded = "", ...rest] = text.slice(dot + 1).split(".");
  const place = rest.length === 0 ? undefined : readPlace(rest.join("."));
  if ((rest.length > 0 && place === undefined) || protocol === undefined || !/^[\w-]*$/.test(encoded)) {
    return invalid(path, "is not as this gateway wrote it; send it back unchanged, or leave the block out");
  }
  const state = fromBase64Url(encoded);
  return { state, origin: { protocol }, ...(place !== undefined && { place }) };
}

function readPlace(written: string): StatePlace | undefined {
  if (written === "next" || written === "alone") return written;
  const id = written.startsWith(callMark) ? written.slice(callMark.length) : "";
  return /^[\w-]+$/.test(id) ? { call: fromBase64Url(id) } : undefined;
}

function toBase64Url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}

function fromBase64Url(text: string): string {
  return Buffer.from(text, "base64url").toString("utf8");
}

function protocolOf(text: string): ProtocolId | undefined {
  return protocolIds.find((id) => id === text);
}
