import { bearer } from "./auth/api-key.ts";
import { defineDriver } from "./driver.ts";
import { withDefaultVersion } from "./shared/base-url.ts";
import { chatDriver } from "./shared/chat-driver.ts";

const id = "mistral";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;

/** Fields of other vendors: any of them is answered with 422 `extra_forbidden`. */
const refused = [
  "user",
  "service_tier",
  "logit_bias",
  "moderation",
  "prompt_cache_options",
  "prompt_cache_retention",
  "store",
  "verbosity",
  "web_search_options",
];

/**
 * Mistral's own API. Sources: https://docs.mistral.ai/api/ and the request models of mistralai/client-python. Reasoning
 * stands inside `content`, in which clients of this protocol expect a text: bodies and answers are always translated.
 * That `stream_options` is refused, too, is not verified; usage comes in the last chunk of every stream without it.
 */
const chat = chatDriver({
  id,
  credentialForm,
  baseUrl: (context) => withDefaultVersion(context.baseUrl),
  placement: () => bearer,
  translated: true,
  quirks: () => ({
    reasoning_field: "content",
    stream_usage: false,
    seed_field: "random_seed",
    message_names: false,
    extra_fields: "safe_prompt,prompt_mode,guardrails",
    refused_fields: refused.join(),
    embedding_dimensions_field: "output_dimension",
  }),
});

export default defineDriver({
  ...chat,
  id,
  label: "Mistral AI",
  description: "Mistral's models via its own API, with adjustable reasoning.",
  credentialForm,
  optionForm: [],
  defaultBaseUrl: "https://api.mistral.ai/v1",
  // "Tool call id must be a-z, A-Z, 0-9, with a length of 9."
  defaultTraits: { toolCallIdLength: 9, structuredOutput: true },
});
