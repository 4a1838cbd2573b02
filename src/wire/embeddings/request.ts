/** What a vector is wanted for, in words every vendor that asks can be told. */
export type EmbeddingTask =
  | "query"
  | "document"
  | "similarity"
  | "classification"
  | "clustering"
  | "question_answering"
  | "fact_verification"
  | "code_query";

/** One thing to be made a vector of, and where it stands in the caller's request. */
export type EmbeddingInput = (
  | { readonly type: "text"; readonly text: string }
  /** Tokens of the vendor's own tokenizer: they mean nothing to another vendor. */
  | { readonly type: "tokens"; readonly tokens: readonly number[] }
  /** Something only the protocol it came in can say, e.g. a picture. */
  | { readonly type: "native" }
) & { readonly path: string };

/** A setting and its name in the caller's own spelling, for losses. */
export interface Named<T> {
  readonly value: T;
  readonly field: string;
}

/** A request for vectors, whichever protocol it came in. Absent means not said. */
export interface EmbeddingRequest {
  /** In the order of the vectors; never empty. */
  readonly inputs: readonly EmbeddingInput[];
  /** Numbers a vector has. */
  readonly dimensions?: Named<number>;
  readonly task?: Named<EmbeddingTask>;
  /** The end user, for the vendor's abuse checks. */
  readonly user?: Named<string>;
  /** How the client wants the numbers written: in JSON, or as base64 of little-endian 32-bit floats. */
  readonly encoding: "float" | "base64";
  /** Fields of the caller that only its own protocol knows, by their path. */
  readonly extra: readonly string[];
  /** Settings in which the inputs differ, by their path: only the caller's own protocol can say that. */
  readonly mixed?: readonly string[];
}
