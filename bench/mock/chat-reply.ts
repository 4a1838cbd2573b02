import type { ReplyContent } from "./reply.ts";
import { pieceLength, plainLength } from "./reply-lengths.ts";
import { inputTokens, outputTokens, pieceText, replyText } from "./reply-text.ts";

const identity = { id: "chatcmpl-bench00000000000000000000", created: 1_760_000_000, model: "bench-model" };

/** A chat completions answer of `chunks` text pieces; the usage chunk is there only when it was asked for. */
export function chatReply(chunks: number, includeUsage: boolean): ReplyContent {
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens(chunks),
    total_tokens: inputTokens + outputTokens(chunks),
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  const message = {
    role: "assistant",
    content: replyText(chunks, plainLength["openai-chat"]),
    refusal: null,
  };
  return {
    streamType: "text/event-stream; charset=utf-8",
    json: JSON.stringify({
      ...identity,
      object: "chat.completion",
      choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
      usage,
      system_fingerprint: "fp_bench",
    }),
    opening: chunk({ delta: { role: "assistant", content: "", refusal: null } }),
    pieces: Array.from({ length: chunks }, (_, index) =>
      chunk({ delta: { content: pieceText(index, pieceLength["openai-chat"]) } }),
    ),
    closing:
      chunk({ delta: {}, finish_reason: "stop" }) +
      (includeUsage ? event({ ...streamIdentity, choices: [], usage }) : "") +
      "data: [DONE]\n\n",
  };
}

const streamIdentity = { ...identity, object: "chat.completion.chunk", system_fingerprint: "fp_bench" };

function chunk(choice: { readonly delta: object; readonly finish_reason?: string }): string {
  return event({
    ...streamIdentity,
    choices: [{ index: 0, delta: choice.delta, logprobs: null, finish_reason: choice.finish_reason ?? null }],
  });
}

function event(payload: object): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}
