import { PenstockError } from "../../errors/penstock-error.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import { fromBase64 } from "./base64-vector.ts";

/**
 * A vendor's vector, in either encoding.
 *
 * @throws PenstockError `upstream_malformed`.
 */
export function readVector(value: unknown): readonly number[] {
  const vector = typeof value === "string" ? fromBase64(value) : value;
  if (isVector(vector)) return vector;
  return malformed("an embedding is not a list of numbers");
}

/**
 * A vendor's list of vectors.
 *
 * @throws PenstockError `upstream_malformed`.
 */
export function readVectors(value: unknown): readonly (readonly number[])[] {
  return Array.isArray(value) ? value.map(readVector) : malformed("its answer holds no embeddings");
}

/** Usage of an answer that read `tokens` and wrote none; undefined when the vendor did not count. */
export function inputUsage(tokens: unknown, raw: unknown): Usage | undefined {
  const counted = typeof tokens === "number" && Number.isFinite(tokens) && tokens >= 0;
  return counted ? { ...noUsage, input: tokens, raw } : undefined;
}

/** Throws `upstream_malformed`. */
export function malformed(reason: string): never {
  throw new PenstockError("upstream_malformed", { fields: { reason } });
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === "number");
}
