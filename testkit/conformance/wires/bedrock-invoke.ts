import { bedrockInvoke } from "../../../src/wire/bedrock-invoke/protocol.ts";
import { chunkMessages, frameMessages } from "../../mocks/bedrock/event-stream.ts";
import { bedrockAccount, startBedrockMock } from "../../mocks/bedrock-server.ts";
import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import { parseJson } from "../model/json.ts";
import type { Received } from "../model/received.ts";
import { messagesWire } from "./anthropic-messages.ts";
import { answerEvents, answerMessage, type MessagesEvent } from "./anthropic-messages-answer.ts";
import { readMessagesRequest } from "./anthropic-messages-request.ts";
import { converseWire } from "./bedrock-converse.ts";
import { modelOfPath } from "./bedrock-path.ts";
import type { UpstreamSpec, WireAdapter } from "./wire.ts";

const claude: Omit<UpstreamSpec, "name" | "model"> = {
  mock: "bedrock",
  start: (listen) => startBedrockMock({ listen }),
  driver: "bedrock",
  credentials: () => ({
    access_key_id: bedrockAccount.accessKeyId,
    secret_access_key: bedrockAccount.secretAccessKey,
  }),
  options: { region: bedrockAccount.region, protocol: "invoke" },
};

/** InvokeModel with Claude's own bodies: the Messages API in the platform's framing, with the platform's failures. */
export const invokeWire: WireAdapter = {
  id: "bedrock-invoke",
  protocol: bedrockInvoke,
  lacks: {
    ...messagesWire.lacks,
    sse: "streams are binary frames",
    "image-by-url": "images are sent as bytes",
    "service-tier": "tiers are chosen by a header, not in the body: see P028",
  },
  contentType: "application/vnd.amazon.eventstream",
  upstreams: [
    { ...claude, name: "budgeted", model: "anthropic.claude-sonnet-4-5-20250929-v1:0" },
    { ...claude, name: "adaptive", model: "us.anthropic.claude-opus-4-6-v1" },
  ],
  wantsUsage: () => true,
  wantsStream: ({ path }) => path.endsWith("/invoke-with-response-stream"),
  stream(answer) {
    const { content, finish, endMark } = answerEvents(answer);
    return { content: chunks(content), finish: chunks(finish), endMark: chunks(endMark.map(measured)) };
  },
  whole: answerMessage,
  fault: converseWire.fault,
  faultEvent: converseWire.faultEvent,
  read,
  ...(messagesWire.signatureOf !== undefined && { signatureOf: messagesWire.signatureOf }),
  ...(messagesWire.sealed !== undefined && { sealed: messagesWire.sealed }),
  recordings: messagesWire.recordings,
  frameRecorded: (payloads) => frameMessages(chunkMessages(payloads.map(parseJson))),
};

function chunks(events: readonly MessagesEvent[]): Uint8Array {
  return frameMessages(chunkMessages(events));
}

/** The platform adds its own counters to the last event. Source: Bedrock user guide, "Invoke a model with streaming". */
function measured(event: MessagesEvent): MessagesEvent {
  const counted = { inputTokenCount: 1, outputTokenCount: 1, invocationLatency: 7, firstByteLatency: 3 };
  return { ...event, "amazon-bedrock-invocationMetrics": counted };
}

/** The path says the model, and there is no word for the tier. */
function read(request: RecordedRequest): Received {
  return { ...readMessagesRequest(request), model: modelOfPath(request.path), serviceTier: undefined };
}
