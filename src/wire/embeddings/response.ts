import type { Usage } from "../neutral/usage.ts";

/** Vectors in the order of the inputs. */
export interface EmbeddingResponse {
  readonly vectors: readonly (readonly number[])[];
  /** Undefined: the vendor did not say. */
  readonly usage: Usage | undefined;
}
