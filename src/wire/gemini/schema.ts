import type { Origin } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";

/** Whoever answers in this protocol signs its reasoning for vendors of this protocol. */
export const geminiOrigin: Origin = Object.freeze({ protocol: "gemini" });

/** One part of a content: exactly one kind of data, with its siblings `thought` and `thoughtSignature`. */
export type WirePart = JsonObject;

/** One turn. Results of functions are the user's. */
export interface WireContent {
  readonly role: "user" | "model";
  readonly parts: WirePart[];
}

/**
 * Stands where a call from another vendor has no signature; Gemini 3 and later refuse such a call without one. Source:
 * "Thought signatures" in the Gemini API documentation.
 */
export const skipSignature = "skip_thought_signature_validator";

/** Stop sequences one request may carry. */
export const maxStopSequences = 5;

/** What a request of another surface may say in `extra` that this wire understands, by all its spellings. */
export const carriedExtras: Readonly<Record<string, string>> = {
  cachedContent: "cachedContent",
  cached_content: "cachedContent",
  safetySettings: "safetySettings",
  safety_settings: "safetySettings",
  labels: "labels",
};

/** The same for fields of `generationConfig`, which are in `extra` by their path. */
export const carriedConfig: ReadonlySet<string> = new Set([
  "responseModalities",
  "speechConfig",
  "imageConfig",
  "mediaResolution",
  "audioTimestamp",
  "enableEnhancedCivicAnswers",
]);
