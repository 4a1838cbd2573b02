import type { EngineContext } from "../engine/engine-context.ts";
import type { KeyPlane, Plane } from "../engine/plane.ts";
import type { ErrorCode } from "../errors/error-table.ts";
import type { DisconnectLimits } from "./generation/create-generations.ts";

/** What the HTTP edge takes from outside. */
export interface GatewayContext {
  readonly engine: EngineContext;
  /** Undefined until the first snapshot is loaded. */
  readonly plane: () => Plane | undefined;
  readonly digestKey: (key: string) => string;
  readonly newRequestId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Bytes a request body may have, after decompression. */
  readonly bodyLimit: number;
  /** Milliseconds of silence after which a stream gets a sign of life. */
  readonly keepaliveMs: number;
  /** What `/readyz` adds to what the gateway knows itself. */
  readonly readiness: () => Promise<Readiness>;
  /** What bounds calls that outlive their clients. */
  readonly disconnects: DisconnectLimits;
  /** Unexpected failures, for the operator. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
  /** Requests that end before a model is looked for, and so leave no usage record. */
  readonly onRefused?: (refusal: Refusal) => void;
}

/** A request that was refused at the edge. */
export interface Refusal {
  readonly requestId: string;
  /** The protocol it was answered in. */
  readonly surface: string;
  readonly code: ErrorCode;
  readonly status: number;
  /** When its key was good. */
  readonly key: KeyPlane | undefined;
}

export interface Readiness {
  readonly ready: boolean;
  /** One word or short sentence a part, e.g. `storage: "ok"`. */
  readonly parts: Readonly<Record<string, string>>;
}
