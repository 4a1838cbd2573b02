import type { Origin } from "../neutral/part.ts";
import type { Effort } from "../neutral/request.ts";
import { isObject } from "../read-json.ts";

/** Whoever answers in this protocol signs its reasoning for vendors of this protocol. */
export const messagesOrigin: Origin = Object.freeze({ protocol: "anthropic-messages" });

/** A cache breakpoint as it stands on the wire; without `ttl` it lives five minutes. */
export interface CacheControl {
  readonly type: "ephemeral";
  readonly ttl?: "1h";
}

/** A content block under construction; its other fields depend on `type`. */
export interface WireBlock {
  readonly type: string;
  cache_control?: CacheControl;
  readonly [field: string]: unknown;
}

/** Whether a value is a content block, of whatever type. */
export function isBlock(value: unknown): value is WireBlock {
  return isObject(value) && typeof value.type === "string";
}

/** A turn as the vendor gets it. `system` turns are for models with the trait `midConversationSystem`. */
export interface WireMessage {
  readonly role: "user" | "assistant" | "system";
  readonly content: WireBlock[];
}

/** A tool under construction: a client tool, or a vendor's own one as the caller wrote it. */
export interface WireTool {
  readonly name?: string;
  cache_control?: CacheControl;
  readonly [field: string]: unknown;
}

/** `tool_choice` as documented in the Messages API reference. */
export interface WireToolChoice {
  readonly type: "auto" | "any" | "tool" | "none";
  readonly name?: string | undefined;
  readonly disable_parallel_tool_use?: boolean | undefined;
}

/** `thinking` as documented in the extended thinking guide. */
export interface WireThinking {
  readonly type: "enabled" | "adaptive" | "disabled";
  /** Tokens; at least 1,024 and below `max_tokens`. */
  readonly budget_tokens?: number;
  readonly display?: "summarized" | "omitted" | "updates";
}

/** `output_config` as documented in the Messages API reference. */
export interface WireOutputConfig {
  readonly effort?: string | undefined;
  readonly format?: { readonly type: "json_schema"; readonly schema: unknown } | undefined;
}

/**
 * The body of a Messages call without `model` and `stream`, which hosts such as Bedrock's InvokeModel take from the
 * URL. Fields stand in the order they are sent; what is undefined is not written.
 */
export interface MessagesBody {
  readonly max_tokens: number;
  readonly system?: readonly WireBlock[] | undefined;
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly WireTool[] | undefined;
  readonly tool_choice?: WireToolChoice | undefined;
  readonly thinking?: WireThinking | undefined;
  readonly output_config?: WireOutputConfig | undefined;
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly top_k?: number | undefined;
  readonly stop_sequences?: readonly string[] | undefined;
  readonly metadata?: { readonly user_id: string } | undefined;
  readonly service_tier?: "auto" | "standard_only" | undefined;
  readonly cache_control?: CacheControl | undefined;
}

/** Values of `output_config.effort`, weakest first. */
export const wireEfforts = ["low", "medium", "high", "xhigh", "max"] as const satisfies readonly Effort[];

/** Image types the API takes in base64. */
export const imageTypes: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
]);

/** Explicit cache breakpoints one request may carry; automatic caching takes one of them. */
export const maxBreakpoints = 4;

/** Strict tools one request may carry. */
export const maxStrictTools = 20;

/** The smallest thinking budget the API takes, in tokens. */
export const minThinkingBudget = 1024;

/**
 * The tool through which a model without native structured output is made to answer in JSON. A call of it is the
 * answer's text; the prefix keeps it apart from the callers' own tools.
 */
export const jsonOutputTool = "penstock_json_output";
