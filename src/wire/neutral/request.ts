import type {
  AssistantPart,
  CacheMarker,
  SystemPart,
  TextPart,
  ToolResultPart,
  UserPart,
  VendorValue,
} from "./part.ts";

/** One turn. Results of tools are turns of their own, right after the assistant turn that called them. */
export type Message =
  | { readonly role: "user"; readonly parts: readonly UserPart[]; readonly name?: string }
  | { readonly role: "assistant"; readonly parts: readonly AssistantPart[]; readonly name?: string }
  | { readonly role: "tool"; readonly parts: readonly ToolResultPart[] }
  /** A system or developer message after the first turn of the conversation. */
  | {
      readonly role: "system";
      readonly authority: "system" | "developer";
      readonly parts: readonly TextPart[];
    };

/** JSON Schema as the caller wrote it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the model may call. */
export type Tool =
  | {
      readonly kind: "function";
      readonly name: string;
      readonly description?: string;
      /** Absent for a function without parameters. */
      readonly parameters?: JsonSchema;
      readonly strict?: boolean;
      readonly cache?: CacheMarker;
    }
  /** A tool whose argument is free text, possibly bound by a grammar (the value of OpenAI's `format`). */
  | {
      readonly kind: "custom";
      readonly name: string;
      readonly description?: string;
      readonly format?: unknown;
    }
  /** A tool the vendor runs itself, e.g. Anthropic's `web_search_…`. */
  | ({ readonly kind: "vendor"; readonly name: string } & VendorValue);

/** Whether and which tools the model may or must call; absent: as the vendor defaults. */
export type ToolChoice =
  | { readonly mode: "auto" }
  | { readonly mode: "none" }
  | { readonly mode: "required" }
  | { readonly mode: "named"; readonly name: string }
  /** Only these tools may be called; `required`: one of them must be. */
  | { readonly mode: "allowed"; readonly names: readonly string[]; readonly required: boolean };

/** The form the answer must have. */
export type OutputFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly name?: string;
      readonly description?: string;
      readonly schema: JsonSchema;
      readonly strict?: boolean;
    };

export const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
/** One scale for all vendors, weakest first. */
export type Effort = (typeof efforts)[number];

/**
 * How much the model should reason. `effort` and `budgetTokens` may both be given; `mode` keeps which form the caller
 * used: `adaptive` (the model decides, guided by effort), `budget` (a token budget) or `disabled`.
 */
export interface Reasoning {
  readonly mode?: "adaptive" | "budget" | "disabled";
  readonly effort?: Effort;
  /** Tokens. */
  readonly budgetTokens?: number;
  /** Whether the caller wants to see the reasoning: a summary, nothing, or progress updates. */
  readonly display?: "summarized" | "omitted" | "updates";
}

/** A chat request in terms of no vendor. Absent fields were not sent by the caller: nothing is defaulted here. */
export interface NeutralRequest {
  readonly model: string;
  /** Instructions before the first turn, in order. */
  readonly system: readonly SystemPart[];
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly outputFormat?: OutputFormat;
  readonly reasoning?: Reasoning;
  /** Tokens the answer may have, reasoning included. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop: readonly string[];
  readonly stream: boolean;
  /** The caller asked for usage in the stream. Meaningful for `openai-chat` only; other streams always carry it. */
  readonly includeUsage: boolean;
  /** An opaque id of the end user, for the vendor's abuse detection. */
  readonly userId?: string;
  readonly serviceTier?: string;
  readonly promptCacheKey?: string;
  /** Anthropic's automatic caching of the last cacheable block. */
  readonly autoCache?: CacheMarker;
  /**
   * Top-level fields without a neutral meaning, by the caller's own names. Whoever encodes for another protocol
   * reports each as a loss.
   */
  readonly extra: Readonly<Record<string, unknown>>;
}
