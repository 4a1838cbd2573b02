/**
 * The layout of one message, all numbers big-endian: total length (4), length of the headers (4), CRC-32 of these eight
 * bytes (4), headers, payload, CRC-32 of everything before (4). Source: AWS SDKs, "Event Stream encoding".
 */
export const preludeLength = 12;

/** Length of the prelude and of the checksum at the end: a message that holds nothing. */
export const emptyLength = 16;

/** The longest headers a message may have, in bytes. */
export const maxHeaders = 128 * 1024;

/** The longest payload a message may have, in bytes. */
export const maxPayload = 24 * 1024 * 1024;

/** What kind of message it is, and of that kind which one, e.g. an `event` named `contentBlockDelta`. */
export type MessageKind = "event" | "exception" | "error";

/** The header that says which one of its kind a message is. */
export const nameHeaders: Readonly<Record<MessageKind, string>> = {
  event: ":event-type",
  exception: ":exception-type",
  error: ":error-code",
};
