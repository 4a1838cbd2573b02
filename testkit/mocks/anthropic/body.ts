import { pieces } from "../shared/token-count.ts";
import type { AnswerBlock, MessagesAnswer } from "./answer.ts";

/** The answer as one body. */
export function messagesBody(answer: MessagesAnswer): unknown {
  return {
    ...envelope(answer),
    content: answer.blocks.map((block) => (block.type === "text" ? { ...block, citations: null } : block)),
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence,
    usage: answer.usage,
  };
}

/** The answer as events, with the ping the vendor sends after the first block has begun. */
export function messagesEvents(answer: MessagesAnswer): readonly unknown[] {
  const { output_tokens_details: details, ...usage } = answer.usage;
  return [
    {
      type: "message_start",
      message: {
        ...envelope(answer),
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...usage, output_tokens: 1 },
      },
    },
    ...(answer.blocks.length === 0 ? [{ type: "ping" }] : []),
    ...answer.blocks.flatMap((block, index) => blockEvents(block, index)),
    {
      type: "message_delta",
      delta: {
        stop_reason: answer.stopReason,
        stop_sequence: answer.stopSequence,
        stop_details: null,
        container: null,
      },
      usage: {
        input_tokens: usage.input_tokens,
        cache_creation_input_tokens: usage.cache_creation_input_tokens,
        cache_read_input_tokens: usage.cache_read_input_tokens,
        output_tokens: usage.output_tokens,
        output_tokens_details: details,
      },
    },
    { type: "message_stop" },
  ];
}

function envelope({ id, model }: MessagesAnswer) {
  return { model, id, type: "message", role: "assistant", container: null, stop_details: null };
}

function blockEvents(block: AnswerBlock, index: number): readonly unknown[] {
  const { opening, deltas } = streamed(block);
  return [
    { type: "content_block_start", index, content_block: opening },
    ...(index === 0 ? [{ type: "ping" }] : []),
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function streamed(block: AnswerBlock): { opening: unknown; deltas: readonly unknown[] } {
  switch (block.type) {
    case "text":
      return {
        opening: { type: "text", text: "" },
        deltas: pieces(block.text).map((text) => ({ type: "text_delta", text })),
      };
    case "thinking":
      return {
        opening: { type: "thinking", thinking: "", signature: "" },
        deltas: [
          ...pieces(block.thinking).map((thinking) => ({ type: "thinking_delta", thinking })),
          { type: "signature_delta", signature: block.signature },
        ],
      };
    case "tool_use": {
      const json = JSON.stringify(block.input);
      return {
        opening: { ...block, input: {} },
        // A call without arguments is one empty delta.
        deltas: ["", ...(json === "{}" ? [] : pieces(json))].map((text) => ({
          type: "input_json_delta",
          partial_json: text,
        })),
      };
    }
  }
}
