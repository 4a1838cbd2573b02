import { nothing, type ReadAnswer } from "../model/answer.ts";
import { array, isObject, type JsonObject, object, optionalText, parseJson, text } from "../model/json.ts";
import {
  chunkViolations,
  finishOf,
  readGeminiError,
  readGeminiUsage,
  readParts,
  usageViolations,
} from "./gemini-whole.ts";
import { type ClientEvent, readEvents } from "./read-events.ts";

/** Reads a stream of `GenerateContentResponse`s that has ended, and judges its grammar. */
export function readGeminiStream(source: string): ReadAnswer {
  const reader = new GeminiStream();
  for (const event of readEvents(source)) reader.read(event);
  return reader.answer();
}

class GeminiStream {
  readonly #violations: string[] = [];
  readonly #parts: JsonObject[] = [];
  #envelope: string | undefined;
  #finish: string | undefined;
  #usage: JsonObject | undefined;
  #error: ReadAnswer["error"];

  read({ event, data }: ClientEvent): void {
    if (event !== undefined) this.#violation(`an event with the name ${event}`);
    const chunk = parseJson(data);
    if (!isObject(chunk)) {
      this.#violation(`an event that is not JSON: ${data.slice(0, 80)}`);
      return;
    }
    if (this.#error !== undefined) {
      this.#violation("an event after the error");
      return;
    }
    if (chunk.error !== undefined) {
      if (this.#finish !== undefined) this.#violation("an error after the finishReason");
      const { error, violations } = readGeminiError(chunk, { inStream: true });
      this.#error = error;
      this.#violations.push(...violations);
      return;
    }
    this.#violations.push(...chunkViolations(chunk));
    this.#readEnvelope(chunk);
    // Counts grow from chunk to chunk: the last ones are those of the answer.
    if (isObject(chunk.usageMetadata)) this.#usage = chunk.usageMetadata;
    this.#readCandidate(chunk);
  }

  answer(): ReadAnswer {
    if (this.#error === undefined) {
      if (this.#finish === undefined) this.#violation("the stream ended without a finishReason");
      this.#violations.push(...usageViolations(this.#usage));
    }
    return {
      ...nothing,
      ...readParts(this.#parts),
      finish: this.#finish,
      usage: this.#usage === undefined ? undefined : readGeminiUsage(this.#usage),
      serviceTier: optionalText(this.#usage?.serviceTier)?.toLowerCase(),
      error: this.#error,
      violations: this.#violations,
    };
  }

  #readEnvelope({ responseId, modelVersion }: JsonObject): void {
    const envelope = `${text(responseId)} of ${text(modelVersion)}`;
    this.#envelope ??= envelope;
    if (envelope !== this.#envelope) this.#violation(`chunks of ${envelope} and of ${this.#envelope}`);
  }

  #readCandidate(chunk: JsonObject): void {
    const parts = array(object(object(array(chunk.candidates)[0]).content).parts).map(object);
    if (this.#finish !== undefined && parts.length > 0) this.#violation("parts after the finishReason");
    const reason = finishOf(chunk);
    const says = (part: JsonObject) => part.text !== "" || part.thoughtSignature !== undefined;
    if (reason === undefined && !parts.some(says) && chunk.usageMetadata === undefined)
      this.#violation("a chunk that says nothing");
    if (reason !== undefined && this.#finish !== undefined) this.#violation("the finishReason comes twice");
    this.#parts.push(...parts);
    this.#finish ??= reason;
  }

  #violation(what: string): void {
    this.#violations.push(what);
  }
}
