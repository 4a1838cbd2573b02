const lineFeed = 0x0a;
const none = new Uint8Array(0);
const decoder = new TextDecoder();
const emptyChoices = [Buffer.from('"choices":[]'), Buffer.from('"choices": []')];

/**
 * Takes the usage chunk (no choices, only `usage`) out of a chat stream whose client did not ask for it, and lets
 * everything else pass as it is. Half an event is held back until the rest has come.
 */
export class UsageChunkFilter {
  #held: Uint8Array = none;

  /** What may be passed on so far. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const whole = wholeFrames(bytes);
    this.#held = whole === bytes.length ? none : bytes.subarray(whole);
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, whole);
    if (!emptyChoices.some((mark) => view.includes(mark)))
      return whole === bytes.length ? bytes : bytes.subarray(0, whole);
    return withoutUsageChunks(view);
  }

  /** What is left when the stream has ended. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = none;
    return rest;
  }
}

/** The length of the part that ends with a blank line. */
function wholeFrames(bytes: Uint8Array): number {
  const { length } = bytes;
  if (length >= 2 && bytes[length - 1] === lineFeed && isBlankLineEnd(bytes, length - 1)) return length;
  for (let at = bytes.lastIndexOf(lineFeed); at > 0; at = bytes.lastIndexOf(lineFeed, at - 1)) {
    if (isBlankLineEnd(bytes, at)) return at + 1;
  }
  return 0;
}

function isBlankLineEnd(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === lineFeed || (bytes[at - 1] === 0x0d && bytes[at - 2] === lineFeed);
}

function withoutUsageChunks(bytes: Buffer): Uint8Array {
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
