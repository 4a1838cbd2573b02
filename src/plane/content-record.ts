/** What one call said and was answered, kept only for organizations that turned content logging on. */
export interface ContentRecord {
  readonly requestId: string;
  readonly orgId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When it must be forgotten, milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The client's body as text. */
  readonly request: string;
  /** The answer's body, of a stream all its events; undefined when there was none. */
  readonly response: string | undefined;
  /** One of the two was longer than is kept. */
  readonly truncated: boolean;
}

/** Takes records without waiting; drops them rather than hold up a call. */
export interface ContentSink {
  add(record: ContentRecord): void;
}
