/** What a path asks for, before anybody has been let in. */
export interface PathMatch {
  readonly endpoint: Endpoint;
  /** From `/v1/p/{provider}/…`: restricts the call to one provider. */
  readonly provider?: string;
  /** The model, where the path names it. */
  readonly model?: string;
  /** The stored answer, where the path names it. */
  readonly id?: string;
  /** Whether a stream is wanted, where the path says so. */
  readonly stream?: boolean;
  /** Why the path is refused, to be told to callers that may know. */
  readonly problem?: string;
}

export type Endpoint =
  | "chat_completions"
  | "responses"
  | "response"
  | "response_input_items"
  | "response_cancel"
  | "count_response_tokens"
  | "messages"
  | "count_tokens"
  | "generate_content"
  | "count_content_tokens"
  | "embeddings"
  | "embed_content"
  | "batch_embed_contents"
  | "content_models"
  | "content_model"
  | "models"
  | "model";
