import { anthropicMessages } from "../../../src/wire/anthropic-messages/protocol.ts";
import { sealThinking, signThinking } from "../../mocks/anthropic/signature.ts";
import { startAnthropicMock } from "../../mocks/anthropic-server.ts";
import { object, parseJson, text } from "../model/json.ts";
import { answerEvents, answerMessage, type MessagesEvent } from "./anthropic-messages-answer.ts";
import { messagesFault } from "./anthropic-messages-fault.ts";
import { readMessagesRequest } from "./anthropic-messages-request.ts";
import type { WireAdapter } from "./wire.ts";

/** The Messages API: a model with thinking budgets, and a newer one that thinks adaptively. */
export const messagesWire: WireAdapter = {
  id: "anthropic-messages",
  protocol: anthropicMessages,
  lacks: {
    "interleaved-calls": "content blocks come one after another",
    "end-mark": "message_delta and message_stop are one step to its servers",
    "refusal-text": "a refusal's words stand beside the content, in stop_details",
  },
  contentType: "text/event-stream; charset=utf-8",
  upstreams: [
    {
      name: "budgeted",
      mock: "messages",
      model: "claude-sonnet-4-5",
      start: (listen) => startAnthropicMock({ listen }),
      driver: "anthropic",
    },
    {
      name: "adaptive",
      mock: "messages",
      model: "claude-opus-4-6",
      start: (listen) => startAnthropicMock({ listen }),
      driver: "anthropic",
    },
  ],
  wantsUsage: () => true,
  stream(answer) {
    const { content, finish, endMark } = answerEvents(answer);
    return { content: encode(content), finish: encode(finish), endMark: encode(endMark) };
  },
  whole: answerMessage,
  fault(fault) {
    const { status, payload } = messagesFault(fault);
    return { status, json: payload };
  },
  faultEvent: (fault) => encode([messagesFault(fault).payload]),
  read: readMessagesRequest,
  signatureOf: (thinking) => signThinking(thinking, ""),
  sealed: sealThinking,
  recordings: [
    "anthropic/anthropic-text.chunks.txt",
    "anthropic/anthropic-json-other-tool.1.chunks.txt",
    "anthropic/anthropic-clear-thinking.1.chunks.txt",
  ],
  frameRecorded: (payloads) =>
    new TextEncoder().encode(
      payloads
        .map((payload) => `event: ${text(object(parseJson(payload)).type)}\ndata: ${payload}\n\n`)
        .join(""),
    ),
};

/** The vendor pads payloads with spaces, and sends a ping after the start. */
function encode(events: readonly MessagesEvent[]): Uint8Array {
  const frames = events.map((event) => {
    const payload = JSON.stringify(event);
    const padded = payload.replace(/\}$/, `${" ".repeat(payload.length % 5)}}`);
    const ping = event.type === "message_start" ? 'event: ping\ndata: {"type": "ping"}\n\n' : "";
    return `event: ${event.type}\ndata: ${padded}\n\n${ping}`;
  });
  return new TextEncoder().encode(frames.join(""));
}
