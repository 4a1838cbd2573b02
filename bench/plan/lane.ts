/** The wire formats the benchmark's clients speak; the first two can be passed through. */
export const benchSurfaces = ["openai-chat", "anthropic-messages", "openai-responses"] as const;

/** The wire formats the mock upstream answers in. */
export const benchWires = ["openai-chat", "anthropic-messages", "gemini", "bedrock-converse"] as const;

/** One of `benchSurfaces`. */
export type BenchSurface = (typeof benchSurfaces)[number];

/** One of `benchWires`. */
export type BenchWire = (typeof benchWires)[number];

/** A wire format at either side of a gateway. */
export type BenchProtocol = BenchSurface | BenchWire;

/** Which way a request goes: the protocol the client speaks and the one the upstream is asked in. */
export interface Lane {
  readonly id: string;
  readonly surface: BenchSurface;
  readonly wire: BenchWire;
}

/** Same protocol on both sides. */
export const chatPassthrough: Lane = { id: "chat-chat", surface: "openai-chat", wire: "openai-chat" };

/** Same protocol on both sides; what a proxy that cannot translate is measured with for Messages bytes. */
export const messagesPassthrough: Lane = {
  id: "messages-messages",
  surface: "anthropic-messages",
  wire: "anthropic-messages",
};

/** A Messages client on a chat upstream. */
export const messagesToChat: Lane = {
  id: "messages-chat",
  surface: "anthropic-messages",
  wire: "openai-chat",
};

/** A chat client on a Messages upstream. */
export const chatToMessages: Lane = {
  id: "chat-messages",
  surface: "openai-chat",
  wire: "anthropic-messages",
};

/** A Messages client on a Converse upstream, whose streams are binary frames. */
export const messagesToConverse: Lane = {
  id: "messages-converse",
  surface: "anthropic-messages",
  wire: "bedrock-converse",
};

/** A chat client on a Gemini upstream. */
export const chatToGemini: Lane = { id: "chat-gemini", surface: "openai-chat", wire: "gemini" };

/** A Responses client on a Messages upstream. */
export const responsesToMessages: Lane = {
  id: "responses-messages",
  surface: "openai-responses",
  wire: "anthropic-messages",
};

/** Every lane, in the order reports show them. */
export const allLanes: readonly Lane[] = [
  chatPassthrough,
  messagesToChat,
  chatToMessages,
  messagesPassthrough,
  messagesToConverse,
  chatToGemini,
  responsesToMessages,
];

/** True when a gateway has to translate on this lane. */
export function translates(lane: Lane): boolean {
  return lane.surface !== lane.wire;
}

/**
 * The lane a proxy without translation is measured on for comparison: the client's own protocol, or the nearest one it
 * proxies, which for Responses is chat.
 */
export function proxyLane(lane: Lane): Lane {
  return lane.surface === "anthropic-messages" ? messagesPassthrough : chatPassthrough;
}
