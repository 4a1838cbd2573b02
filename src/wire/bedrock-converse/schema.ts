import type { Origin } from "../neutral/part.ts";
import { isObject } from "../read-json.ts";

/** Whoever answers in this protocol signs its reasoning for vendors of this protocol. */
export const converseOrigin: Origin = Object.freeze({ protocol: "bedrock-converse" });

/** A content block: an object with one key, which says what it is. */
export type WireBlock = Readonly<Record<string, unknown>>;

/** A turn. `system` turns are for models with the trait `midConversationSystem`. */
export interface WireMessage {
  readonly role: "user" | "assistant" | "system";
  readonly content: WireBlock[];
}

/** A tool's definition. Source: API reference, `ToolSpecification`. */
export interface WireToolSpec {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: { readonly json: unknown };
  readonly strict?: boolean | undefined;
}

/** The choice among the tools; there is no word for "none". */
export type WireToolChoice =
  | { readonly auto: object }
  | { readonly any: object }
  | { readonly tool: { readonly name: string } };

/** `inferenceConfig`: what all models understand. */
export interface WireInference {
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
}

/** Tools and the choice among them. */
export interface WireToolConfig {
  readonly tools: readonly WireBlock[];
  readonly toolChoice: WireToolChoice | undefined;
}

/**
 * The body of `POST /model/{modelId}/converse` and `/converse-stream`; the path says model and kind. Fields stand in the
 * order they are sent; what is undefined is not written. Source: Amazon Bedrock API reference, "Converse".
 */
export interface ConverseBody {
  readonly system?: readonly WireBlock[] | undefined;
  readonly messages: readonly WireMessage[];
  readonly inferenceConfig?: (WireInference & { readonly stopSequences: unknown }) | undefined;
  readonly toolConfig?: WireToolConfig | undefined;
  readonly outputConfig?: { readonly textFormat: unknown } | undefined;
  readonly serviceTier?: { readonly type: string } | undefined;
  readonly requestMetadata?: Readonly<Record<string, unknown>> | undefined;
  /** Fields of the model's own body. */
  readonly additionalModelRequestFields?: Readonly<Record<string, unknown>> | undefined;
  /** JSON pointers into the model's own answer, at most ten. */
  readonly additionalModelResponseFieldPaths?: readonly unknown[] | undefined;
}

/** Fields of the API without a neutral word that callers may send by its own names. */
export const hostFields = ["guardrailConfig", "performanceConfig", "promptVariables"] as const;

/** Cache points one request may have. */
export const maxCachePoints = 4;

/** The API's image formats by media type. */
export const imageFormats: ReadonlyMap<string, string> = new Map([
  ["image/png", "png"],
  ["image/jpeg", "jpeg"],
  // A common misspelling.
  ["image/jpg", "jpeg"],
  ["image/gif", "gif"],
  ["image/webp", "webp"],
]);

/** The API's document formats by media type. */
export const documentFormats: ReadonlyMap<string, string> = new Map([
  ["application/pdf", "pdf"],
  ["text/csv", "csv"],
  ["application/msword", "doc"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  ["application/vnd.ms-excel", "xls"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
  ["text/html", "html"],
  ["text/plain", "txt"],
  ["text/markdown", "md"],
]);

/** What a tool-call id may look like. */
export const toolIdRule = { character: /[a-zA-Z0-9_.:-]/, maxLength: 64 } as const;

/** The one key of a content block and what it holds; undefined when the value is no block. */
export function blockOf(value: unknown): readonly [name: string, content: unknown] | undefined {
  if (!isObject(value)) return undefined;
  return Object.entries(value).find(([, content]) => content !== undefined && content !== null);
}
