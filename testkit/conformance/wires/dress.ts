import type { ScriptAnswer } from "../model/script.ts";

type Dress = NonNullable<ScriptAnswer["dress"]>;

const dresses: Readonly<Record<Dress, (text: string) => string>> = {
  comments: (text) => `: connected\n\n${text.replaceAll("\n\n", "\n\n: keep-alive\n\n")}`,
  crlf: (text) => text.replaceAll("\n", "\r\n"),
  // A payload may be spread over several `data:` lines, which the client joins with a line feed.
  "split-data": (text) => text.replaceAll("data: {", "data: {\ndata:   "),
  "malformed-event": (text) => text.replace("\n\n", '\n\ndata: {"half an event\n\n'),
};

/** A stream of server-sent events in another legal, or deliberately broken, spelling. */
export function dressed(bytes: Uint8Array, dress: Dress | undefined): Uint8Array {
  if (dress === undefined) return bytes;
  return new TextEncoder().encode(dresses[dress](new TextDecoder().decode(bytes)));
}
