import type { MessagesBody } from "../anthropic-messages/schema.ts";

/**
 * The body of `POST /model/{modelId}/invoke` for Messages models: that of the Messages API with its version inside, and
 * without what the path says. Source: Amazon Bedrock user guide, "Anthropic Claude Messages API".
 */
export interface InvokeBody extends Omit<MessagesBody, "service_tier"> {
  readonly anthropic_version: typeof bodyVersion;
  readonly anthropic_beta?: readonly unknown[];
  readonly context_management?: unknown;
}

/** The only version there is. */
export const bodyVersion = "bedrock-2023-05-31";
