import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { Pace, ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import type { WireId } from "./ids.ts";

/** One piece of what the mock vendor's model says. */
export type ScriptPart =
  /** The wire signs it where its vendor does. */
  | { readonly thinking: string }
  | { readonly redacted: string }
  | { readonly text: string }
  | { readonly refusal: string }
  | ScriptCall;

/** A tool call; where the wire lets calls go without an id, an empty one is left out. `arguments` is JSON text, sent in `fragments` pieces (4 unless told). */
export interface ScriptCall {
  readonly call: string;
  readonly name: string;
  readonly arguments: string;
  readonly fragments?: number;
}

/** Why the model stopped. */
export type ScriptStop = "end" | "tool_calls" | "max_tokens" | "stop_sequence" | "refusal" | "content_filter";

/** Tokens in buckets that do not overlap; each wire adds them up as its vendor does. */
export interface ScriptUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** All output, reasoning included. */
  readonly output: number;
  readonly reasoning: number;
}

/** What a vendor complains of. */
export type ScriptFault =
  | "invalid"
  | "authentication"
  | "not_found"
  | "context_exceeded"
  | "rate_limited"
  | "quota"
  | "server_error"
  | "overloaded";

/** An answer in terms of no vendor; every wire writes it in its own events. */
export interface ScriptAnswer {
  readonly parts: readonly ScriptPart[];
  readonly stop: ScriptStop;
  readonly stopSequence?: string;
  readonly usage?: ScriptUsage;
  readonly serviceTier?: string;
  /** Parallel calls are streamed by turns, a fragment of each. */
  readonly interleave?: boolean;
  /** How the stream ends; `complete` unless told. */
  readonly ending?:
    | "complete"
    /** The last event is cut in its middle, then the connection is closed in order. */
    | "truncated"
    /** The connection breaks after the content. */
    | "dropped"
    /** Without the end mark. */
    | "no-end-mark"
    /** Without the end mark, and the connection stays open with comments only. */
    | "heartbeats"
    /** A failure of the vendor after the content. */
    | { readonly fault: ScriptFault };
  /** What the stream looks like on its way. */
  readonly dress?: "comments" | "crlf" | "split-data" | "malformed-event";
  /** This vendor knows fields that the strict mock does not: the request is not checked first. */
  readonly unchecked?: boolean;
  /** Answers with one JSON body although a stream was asked for. */
  readonly whole?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pace?: Pace;
}

/** A failure in place of an answer. */
export interface ScriptError {
  readonly fault: ScriptFault;
  /** As the first event of a stream with status 200, where a stream was asked for. */
  readonly inStream?: boolean;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Exactly these replies, by wire. */
export interface ScriptRaw {
  readonly raw: Readonly<Partial<Record<WireId, (stream: boolean) => ScriptedReply>>>;
}

/** What the mock vendor does with a request. */
export type Script = ScriptAnswer | ScriptError | ScriptRaw;
/** A script, or one made for the request at hand. */
export type Scripted = Script | ((request: RecordedRequest) => Script);

/** Usage of scripts that say nothing about it. */
export const plainUsage: ScriptUsage = { input: 21, cacheRead: 0, cacheWrite: 0, output: 17, reasoning: 0 };
