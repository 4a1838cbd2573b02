/** JSON Schema as a caller writes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a user or tool may say. `cached` puts a cache marker on it. */
export type AskPart =
  | { readonly text: string; readonly cached?: boolean }
  | { readonly imageUrl: string }
  /** Base64. */
  | { readonly png: string }
  /** Base64. */
  | { readonly pdf: string; readonly filename: string };

/** One turn of the conversation a client sends. */
export type AskTurn =
  | { readonly role: "user"; readonly parts: readonly AskPart[] }
  | { readonly role: "system"; readonly text: string }
  | {
      readonly role: "assistant";
      readonly text?: string;
      readonly cached?: boolean;
      readonly calls?: readonly AskCall[];
    }
  | { readonly role: "results"; readonly results: readonly AskResult[] }
  /** The assistant's turn of an earlier step, exactly as the client received it. */
  | { readonly role: "replay"; readonly step: number };

/** A tool call in the history. */
export interface AskCall {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a tool answered. `id` names a call of the history; `{ step, call }` one that an earlier step received. */
export interface AskResult {
  readonly id: string | { readonly step: number; readonly call: number };
  readonly parts: readonly AskPart[];
  readonly isError?: boolean;
  readonly cached?: boolean;
}

/** A tool the client offers. */
export interface AskTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters: Schema;
  readonly cached?: boolean;
}

/** Which tools the model may or must call. */
export type AskToolChoice =
  | "auto"
  | "none"
  | "required"
  | { readonly named: string }
  | { readonly allowed: readonly string[] };

/** A client's request in terms of no dialect; every surface writes it in its own. */
export interface Ask {
  readonly system?: readonly { readonly text: string; readonly cached?: boolean }[];
  readonly messages: readonly AskTurn[];
  readonly tools?: readonly AskTool[];
  readonly toolChoice?: AskToolChoice;
  readonly parallel?: boolean;
  /** 1000 unless told; `unset` leaves the field out. */
  readonly maxTokens?: number | "unset";
  /** A text is a mistake of the client. */
  readonly temperature?: number | string;
  readonly stop?: readonly string[];
  readonly effort?: "low" | "medium" | "high";
  /** The answer must be JSON of this schema. */
  readonly schema?: Schema;
  readonly serviceTier?: string;
  /** The server keeps the answer, so that a later request can go on from it. */
  readonly stored?: boolean;
  /** Goes on from the answer of an earlier step by its id; `messages` are only the new ones. */
  readonly continues?: number;
  /** Ask for usage in the stream, where that has to be asked for; true unless told. */
  readonly includeUsage?: boolean;
  /** Added to the body as they are. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly http?: AskHttp;
}

/** What is unusual about the HTTP request. */
export interface AskHttp {
  readonly headers?: Readonly<Record<string, string>>;
  /** The body is sent compressed. */
  readonly gzip?: boolean;
  /** The body's own text, in place of the one the surface writes. */
  readonly body?: string;
  /** The key that is sent in place of the right one. */
  readonly key?: string;
  /** The model that is named in place of the one under test; `null` names none. */
  readonly model?: string | null;
  /** The client hangs up: before the answer has begun, or after its first event of content. */
  readonly hangUp?: "before-answer" | "mid-stream";
}

/** A user turn of one text. */
export function user(text: string): AskTurn {
  return { role: "user", parts: [{ text }] };
}
