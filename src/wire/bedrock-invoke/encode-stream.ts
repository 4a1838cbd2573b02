import { MessagesStreamEncoder } from "../anthropic-messages/encode-stream.ts";
import { writeMessage } from "../aws-event-stream/write-message.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";

/** The framing has no message that says nothing. */
export const keepalive = "";

/**
 * Events of the Messages API, each in a chunk of its own. The framing is binary: each character of the text stands for
 * one byte (ISO 8859-1), and the edge must send it so.
 */
export class InvokeStreamEncoder implements StreamEncoder {
  readonly #messages: MessagesStreamEncoder;

  constructor(context: AnswerContext) {
    this.#messages = new MessagesStreamEncoder(context);
  }

  encode(event: NeutralEvent): string {
    return this.#messages
      .encode(event)
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => frame(line.slice("data: ".length)))
      .join("");
  }
}

function frame(payload: string): string {
  const chunk = JSON.stringify({ bytes: Buffer.from(payload, "utf8").toString("base64") });
  return Buffer.from(writeMessage({ kind: "event", name: "chunk" }, chunk)).toString("latin1");
}
