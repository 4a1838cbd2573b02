import type { FinishReason, LanguageModelUsage } from "ai";

/** What `streamText` gives, as far as tests look at it. */
interface Streamed<Step, Message> {
  readonly stream: AsyncIterable<{ readonly type: string; readonly error?: unknown }>;
  readonly text: PromiseLike<string>;
  readonly usage: PromiseLike<LanguageModelUsage>;
  readonly finishReason: PromiseLike<FinishReason>;
  readonly steps: PromiseLike<readonly Step[]>;
  readonly responseMessages: PromiseLike<readonly Message[]>;
}

/** Reads a stream to its end and gives its parts as those of a whole answer; throws what the stream told as an error. */
export async function drain<Step, Message>(result: Streamed<Step, Message>) {
  for await (const part of result.stream) if (part.type === "error") throw part.error;
  return {
    text: await result.text,
    usage: await result.usage,
    finishReason: await result.finishReason,
    steps: await result.steps,
    responseMessages: await result.responseMessages,
  };
}
