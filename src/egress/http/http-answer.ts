/** A vendor's answer whose head has arrived: what the engine uses of `Response`, and what a `Response` is, too. */
export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Null: it has none. */
  readonly body: HttpBody | null;
  /** The whole body. Rejects with `PenstockError` (`upstream_unreachable`, `upstream_malformed`) or the signal's reason. */
  bytes(): Promise<Uint8Array>;
}

/** Headers by name, in lower case. */
export interface HttpHeaders {
  /** All values of a name, joined by commas; null when there is none. */
  get(name: string): string | null;
  keys(): Iterable<string>;
}

/** A body that is read once, chunk by chunk. */
export interface HttpBody {
  getReader(): HttpBodyReader;
  /** No more of it is wanted: ends the call when it is still running. */
  cancel(): Promise<void>;
}

/** Reads as the platform's own readers do; never two reads at a time. */
export interface HttpBodyReader {
  read(): Promise<HttpRead>;
  cancel(): Promise<void>;
}

/** One read: a piece of the body, or its end. */
export type HttpRead =
  | { readonly done: false; readonly value: Uint8Array }
  | { readonly done: true; readonly value?: Uint8Array | undefined };
