import type { MessageKind } from "./layout.ts";

/** What a frame of this framing is. */
export interface FrameName {
  readonly kind: MessageKind;
  readonly name: string;
}

/**
 * The `event` of a frame: an event's own name, or the kind before it. A colon stands in no name that the vendor gives
 * its events, so that an event cannot pass for an exception.
 */
export function writeFrameName({ kind, name }: FrameName): string {
  return kind === "event" ? name : `${kind}:${name}`;
}

/** The opposite of `writeFrameName`; a frame without a name is an event without one. */
export function readFrameName(event: string | undefined): FrameName {
  const text = event ?? "";
  if (text.startsWith("exception:")) return { kind: "exception", name: text.slice("exception:".length) };
  if (text.startsWith("error:")) return { kind: "error", name: text.slice("error:".length) };
  return { kind: "event", name: text };
}
