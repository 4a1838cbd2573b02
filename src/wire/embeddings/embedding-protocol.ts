import type { HeaderReader } from "../header-reader.ts";
import type { Edit } from "../json/edit-body.ts";
import type { TopLevel } from "../json/top-level.ts";
import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { Usage } from "../neutral/usage.ts";
import type { Quirks } from "../quirks.ts";
import type { EmbeddingRequest } from "./request.ts";
import type { EmbeddingResponse } from "./response.ts";

/** Vectors of one input, or of several by a call of its own where the protocol has one. */
export type EmbedOperation = "embed" | "embed_batch";

/** Facts of an answer that the vendor's own may lack. */
export interface EmbeddingAnswerContext {
  /** The model name the caller asked for. */
  readonly model: string;
  readonly encoding: EmbeddingRequest["encoding"];
  readonly operation: EmbedOperation;
  /** Tokens of input, reported or estimated. */
  readonly inputTokens: number;
}

/** How clients of a protocol ask for vectors. Pure. */
export interface EmbeddingSurface {
  /** Of the wire of the same name, bodies can be passed through. */
  readonly id: string;
  /** Strict: an ill-typed, empty or overlong field is refused by name. Throws `invalid_request` with `param`. */
  decodeRequest(body: unknown, operation: EmbedOperation): EmbeddingRequest;
  encodeResponse(response: EmbeddingResponse, context: EmbeddingAnswerContext): string;
  /** Where a body names its model besides the path; absent: in the top-level field `model`. */
  modelEdits?(body: Uint8Array, scan: TopLevel, model: string): readonly Edit[];
  /** A vendor's answer in the encoding that was asked for, where it came in the other; undefined: it is as asked. */
  reencode?(answer: unknown, encoding: EmbeddingRequest["encoding"]): string | undefined;
}

export interface EncodeEmbeddingOptions {
  /** The model id the vendor knows. */
  readonly model: string;
  readonly traits: ModelTraits;
  readonly quirks: Quirks;
  readonly losses: LossList;
}

/** How a vendor is asked for vectors. Pure. */
export interface EmbeddingWire {
  readonly id: string;
  /** Inputs one call takes; more are asked for in several calls. */
  readonly maxInputs: number;
  /** Absent: always `embed`. */
  operationOf?(inputs: number): EmbedOperation;
  /** Throws `invalid_request` for inputs the vendor has no form for. */
  encodeRequest(request: EmbeddingRequest, options: EncodeEmbeddingOptions): string;
  /** Lenient. Throws `upstream_malformed` when it holds no vectors. */
  decodeResponse(body: unknown, headers: HeaderReader): EmbeddingResponse;
  /** Usage of an answer that is passed through. */
  readUsage(body: unknown, headers: HeaderReader): Usage | undefined;
}
