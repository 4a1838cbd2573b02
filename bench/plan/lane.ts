/** The two wire formats the benchmark speaks, at either side of a gateway. */
export type BenchProtocol = "openai-chat" | "anthropic-messages";

/** Which way a request goes: the protocol the client speaks and the one the upstream is asked in. */
export interface Lane {
  readonly id: string;
  readonly surface: BenchProtocol;
  readonly wire: BenchProtocol;
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

/** True when a gateway has to translate on this lane. */
export function translates(lane: Lane): boolean {
  return lane.surface !== lane.wire;
}

/** The lane a proxy without translation is given the same bytes on. */
export function proxyLane(lane: Lane): Lane {
  return lane.surface === "openai-chat" ? chatPassthrough : messagesPassthrough;
}
