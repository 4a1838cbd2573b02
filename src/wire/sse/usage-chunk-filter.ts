import { WholeEvents } from "./whole-events.ts";

const decoder = new TextDecoder();
/** In every usage, and in hardly any other event: one search a chunk tells that there is nothing to do. */
const usageMark = Buffer.from('_tokens"');

/**
 * Takes the usage chunk (no choices, only `usage`) out of a chat stream whose client did not ask for it, and lets
 * everything else pass as it is. Half an event is held back until the rest has come.
 */
export class UsageChunkFilter {
  readonly #whole = new WholeEvents();

  /** What may be passed on so far. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#whole.push(chunk);
    // Works on any Uint8Array; wrapping the chunk in a Buffer first would cost as much as the search.
    return Buffer.prototype.indexOf.call(bytes, usageMark) === -1 ? bytes : withoutUsageChunks(bytes);
  }

  /** What is left when the stream has ended. */
  end(): Uint8Array {
    return this.#whole.end();
  }
}

function withoutUsageChunks(bytes: Uint8Array): Uint8Array {
  const kept: string[] = [];
  for (const frame of decoder.decode(bytes).split(/(?<=\n\r?\n)/)) {
    if (!isUsageChunk(frame)) kept.push(frame);
  }
  return Buffer.from(kept.join(""));
}

function isUsageChunk(frame: string): boolean {
  const data = frame
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5))
    .join("\n");
  try {
    const chunk: unknown = JSON.parse(data);
    if (typeof chunk !== "object" || chunk === null) return false;
    const { choices, usage } = chunk as { choices?: unknown; usage?: unknown };
    return Array.isArray(choices) && choices.length === 0 && typeof usage === "object" && usage !== null;
  } catch {
    return false;
  }
}
