import type { Origin } from "../neutral/part.ts";
import { type ProtocolId, protocolIds } from "../neutral/protocol-id.ts";
import { invalid } from "../read-json.ts";
import { messagesOrigin } from "./schema.ts";

const prefix = "penstock.";

/** Opaque state and whose it is. `state` is empty when the vendor gave none. */
export interface OwnedState {
  readonly state: string;
  readonly origin: Origin;
}

/**
 * A signature (or the data of redacted thinking) as a Messages client gets it. Clients send it back unread, so one
 * that another protocol's vendor made travels in an envelope that says whose it is:
 * `penstock.<protocol id>.<base64url of the state, possibly empty>`. This protocol's own pass byte for byte.
 */
export function wrapState(state: string, origin: Origin | undefined): string {
  if (origin === undefined || origin.protocol === messagesOrigin.protocol) return state;
  return `${prefix}${origin.protocol}.${Buffer.from(state, "utf8").toString("base64url")}`;
}

/** The opposite of `wrapState`. Throws `invalid_request` for an envelope that this gateway did not write. */
export function unwrapState(text: string, path: string): OwnedState {
  if (!text.startsWith(prefix)) return { state: text, origin: messagesOrigin };
  const dot = text.indexOf(".", prefix.length);
  const protocol = dot === -1 ? undefined : protocolOf(text.slice(prefix.length, dot));
  const encoded = text.slice(dot + 1);
  if (protocol === undefined || !/^[\w-]*$/.test(encoded)) {
    return invalid(path, "is not as this gateway wrote it; send it back unchanged, or leave the block out");
  }
  return { state: Buffer.from(encoded, "base64url").toString("utf8"), origin: { protocol } };
}

function protocolOf(text: string): ProtocolId | undefined {
  return protocolIds.find((id) => id === text);
}
