import { type Usage, withTier } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { decodeInBandError } from "./error.ts";
import { decodeUsage } from "./usage.ts";

/**
 * Bytes of the payloads that matter: a finish reason that is a string (most chunks have `null`), a count of tokens
 * (most have `"usage":null`), an error, the end. The plain keys would match every chunk of OpenAI's.
 */
export const relayMarks = new RelayMarks([
  `"finish_reason":"`,
  `"finish_reason": "`,
  `_tokens"`,
  `"error"`,
  "[DONE]",
]);

/** Reads usage and the end of a stream that is forwarded untouched. */
export class ChatRelayReader implements RelayReader {
  usage: Usage | undefined;
  /** A finish reason or the end mark was seen; usage may still follow the first. */
  finished = false;
  error: VendorError | undefined;
  #marked = false;

  /** The blank lines end an event whose own was lost. */
  get missingEnd(): string {
    return this.finished && !this.#marked ? "\n\ndata: [DONE]\n\n" : "";
  }

  read(data: string): void {
    if (data === "[DONE]") {
      this.finished = true;
      this.#marked = true;
      return;
    }
    const chunk = parse(data);
    if (!isObject(chunk)) return;
    const error = decodeInBandError(chunk);
    if (error !== undefined) this.error ??= error;
    this.usage = withTier(decodeUsage(chunk.usage) ?? this.usage, chunk.service_tier);
    if (Array.isArray(chunk.choices) && chunk.choices.some(isFinished)) this.finished = true;
  }
}

function isFinished(choice: unknown): boolean {
  return isObject(choice) && typeof choice.finish_reason === "string" && choice.finish_reason !== "";
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
