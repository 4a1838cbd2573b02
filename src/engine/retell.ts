import type { NeutralResponse } from "../wire/neutral/response.ts";
import { responseEvents } from "../wire/neutral/response-events.ts";
import type { ByteSource } from "./call.ts";
import type { EventWriter } from "./event-writer.ts";

/** A complete answer as the stream a client asked for. */
export function retell(response: NeutralResponse, writer: EventWriter): string {
  return responseEvents(response)
    .map((event) => writer.write(event))
    .join("");
}

/** A stream of one chunk whose books are already closed. */
export function oneChunk(text: string): ByteSource {
  let rest: string | undefined = text;
  return {
    read: () => {
      const chunk = rest;
      rest = undefined;
      return Promise.resolve(chunk);
    },
    cancel: () => {},
  };
}
