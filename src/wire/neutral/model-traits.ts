import type { Effort } from "./request.ts";

/**
 * What a translator must know of the model it writes for. Comes from the catalog and from discovery; an absent field
 * means unknown, and then the translator sends what the caller sent.
 */
export interface ModelTraits {
  /** Tokens. */
  readonly maxOutputTokens?: number;
  /** How the model takes reasoning: not at all, by effort, by its own measure guided by effort, or by a token budget. */
  readonly reasoning?: "none" | "effort" | "adaptive" | "budget";
  /** Efforts the model accepts, weakest first. */
  readonly efforts?: readonly Effort[];
  /** Token budgets the model takes for its reasoning, where `reasoning` is `budget`; both inclusive. */
  readonly reasoningBudget?: { readonly min: number; readonly max: number };
  /** Reasoning cannot be switched off. */
  readonly alwaysReasons?: boolean;
  /** False: `temperature`, `top_p`, `top_k` and penalties are refused. */
  readonly sampling?: boolean;
  /** False: the model cannot be forced to call a tool. */
  readonly forcedToolChoice?: boolean;
  /** False: a conversation may not end with an assistant turn. */
  readonly prefill?: boolean;
  /** Native structured output by JSON Schema. */
  readonly structuredOutput?: boolean;
  /** How schemas of tools and answers must be written; absent: the smaller dialect, which every model reads. */
  readonly schemaDialect?: "json-schema" | "openapi";
  /** False: the answer's form cannot be bound in a request that declares tools. */
  readonly structuredOutputWithTools?: boolean;
  /** Images and files are taken inside the results of tools. */
  readonly mediaInToolResults?: boolean;
  /** False: the model's vendor fetches no public address of a picture or file. */
  readonly mediaByUrl?: boolean;
  /** False: the model takes no instructions apart from the turns. */
  readonly systemPrompt?: boolean;
  /** System messages are accepted between turns. */
  readonly midConversationSystem?: boolean;
  /** False: markers of what to cache are refused. */
  readonly cacheMarkers?: boolean;
  /** Ids of tool calls must be exactly this many letters and digits. */
  readonly toolCallIdLength?: number;
  /**
   * The model's own body format behind a host with a format for all its models (Bedrock's Converse): fields the host has
   * no word for are passed in it. `messages` is Anthropic's, `nova` Amazon's, `chat` takes OpenAI's flat names; the others
   * are those of embedding models.
   */
  readonly nativeBody?:
    | "messages"
    | "nova"
    | "chat"
    | "titan-text"
    | "titan-multimodal"
    | "cohere-embed"
    | "nova-embed";
  /** False: vectors of this model have one size only. */
  readonly embeddingDimensions?: boolean;
}
