import { apiKeyAuth, bearer } from "./auth/api-key.ts";
import { defineDriver } from "./driver.ts";
import { joinUrl, withDefaultVersion } from "./shared/base-url.ts";
import { responsesDriver } from "./shared/responses-driver.ts";

const id = "meta";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;

/**
 * Meta's Model API, which took the place of the Llama API on 2026-07-06. Meta recommends the Responses API where reasoning
 * must last over several turns. Sources: https://dev.meta.ai/docs/overview and …/docs/protocols, as told by
 * https://ai-sdk.dev/providers/openai-compatible-providers/meta and https://www.promptfoo.dev/docs/providers/meta.
 * Not verified: which fields besides `stop` its Chat Completions refuse.
 */
const working = responsesDriver({
  id,
  credentialForm,
  headers: (context) => apiKeyAuth(context.credential.api_key, bearer).headers,
  urls(context) {
    const base = withDefaultVersion(context.baseUrl);
    const chat = joinUrl(base, "/chat/completions");
    const responses = joinUrl(base, "/responses");
    const embeddings = joinUrl(base, "/embeddings");
    return {
      chat: () => chat,
      responses: () => responses,
      embeddings: () => embeddings,
      models: joinUrl(base, "/models"),
    };
  },
  quirks: (_, protocol) =>
    protocol === "openai-chat"
      ? { max_tokens_field: "max_completion_tokens", reasoning_field: "none", refused_fields: "stop" }
      : {},
});

export default defineDriver({
  ...working,
  id,
  label: "Meta",
  description: "Muse models via Meta's Model API.",
  credentialForm,
  optionForm: [],
  defaultBaseUrl: "https://api.meta.ai/v1",
  // Reasoning cannot be switched off, and only `tool_choice: "auto"` is taken.
  defaultTraits: {
    maxOutputTokens: 131_072,
    reasoning: "effort",
    efforts: ["minimal", "low", "medium", "high", "xhigh"],
    alwaysReasons: true,
    forcedToolChoice: false,
    structuredOutput: true,
  },
});
