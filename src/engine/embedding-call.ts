import type { Upstream } from "../drivers/driver.ts";
import type {
  EmbeddingSurface,
  EmbeddingWire,
  EmbedOperation,
} from "../wire/embeddings/embedding-protocol.ts";
import type { EmbeddingRequest } from "../wire/embeddings/request.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { Execution } from "./execution.ts";

/** A request for vectors, read and checked. */
export interface EmbeddingCall {
  readonly execution: Execution;
  readonly operation: EmbedOperation;
  readonly surface: EmbeddingSurface;
  readonly request: EmbeddingRequest;
}

/** Where the vectors come from. */
export interface EmbeddingPath {
  readonly upstream: Upstream;
  /** Knows the vendor's errors. */
  readonly protocol: Protocol;
  readonly wire: EmbeddingWire;
}
