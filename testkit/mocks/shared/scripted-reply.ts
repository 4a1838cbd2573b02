/** What a mock vendor is told to answer instead of its own answer. One of `json`, `events`, `recording`, `body`. */
export interface ScriptedReply {
  /** 200 unless told. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body, as JSON. */
  readonly json?: unknown;
  /** Payloads of a stream; the mock frames them as its vendor does. A string is a payload that is not JSON. */
  readonly events?: readonly unknown[];
  /**
   * A file of testkit/recordings, without the folder: `….json` is sent as the body, `….chunks.txt` as a stream.
   */
  readonly recording?: string;
  /** Exactly these bytes, e.g. an HTML error page. */
  readonly body?: string | Uint8Array;
  /** The request is not checked first. */
  readonly unchecked?: boolean;
  readonly pace?: Pace;
}

/** How the bytes of a reply leave. */
export interface Pace {
  /** Milliseconds before the status line. */
  readonly delayMs?: number;
  /** Ends `delayMs` before its time. */
  readonly until?: Promise<unknown>;
  /** Byte offsets at which the body is cut into separate writes. */
  readonly cutAt?: readonly number[];
  /** Cuts the body into writes of this many bytes. */
  readonly chunkBytes?: number;
  /** Milliseconds between two writes; 1 when the body is cut, so that the writes stay separate. */
  readonly betweenMs?: number;
  /** Sends this many bytes and then nothing more, with the connection open. */
  readonly silentAfter?: number;
  /** Sends this many bytes and then cuts the connection. */
  readonly dropAfter?: number;
}
