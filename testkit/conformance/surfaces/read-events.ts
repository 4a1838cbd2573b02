/** One server-sent event as a client's parser hands it over. */
export interface ClientEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * Reads a whole stream as WHATWG HTML §9.2 says, apart from Penstock's own framer, which it helps to judge. An event
 * without its blank line at the end is dropped, as browsers and clients do.
 */
export function readEvents(text: string): readonly ClientEvent[] {
  const events: ClientEvent[] = [];
  let event: string | undefined;
  let data: string[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    if (line === "") {
      if (data.length > 0) events.push({ event, data: data.join("\n") });
      event = undefined;
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
  }
  return events;
}
