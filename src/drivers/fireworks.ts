import { bearer } from "./auth/api-key.ts";
import { defineDriver } from "./driver.ts";
import { withDefaultPath } from "./shared/base-url.ts";
import { cachedTokensHeader } from "./shared/cached-tokens-header.ts";
import { chatDriver } from "./shared/chat-driver.ts";
import { textOption } from "./shared/options.ts";

const id = "fireworks";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;

/** Source: completion_create_params of fw-ai-external/python-sdk. */
const extraFields =
  "context_length_exceeded_behavior,prompt_truncate_len,reasoning_history,perf_metrics_in_response," +
  "prompt_cache_isolation_key,prompt_cache_max_len,top_k,min_p,typical_p,repetition_penalty";
const refusedFields =
  "store,verbosity,moderation,web_search_options,prompt_cache_options,prompt_cache_retention";

const behaviour = "context_length_exceeded_behavior";

const chat = chatDriver({
  id,
  credentialForm,
  baseUrl: (context) => withDefaultPath(context.baseUrl, "/inference/v1"),
  placement: () => bearer,
  quirks: () => ({ extra_fields: extraFields, refused_fields: refusedFields }),
  // Whole answers may tell it nowhere else. Source: https://docs.fireworks.ai/guides/prompt-caching
  headerUsage: cachedTokensHeader("fireworks-cached-prompt-tokens"),
  bodyDefaults: (context) => ({ [behaviour]: textOption(context, behaviour, "error") }),
});

export default defineDriver({
  ...chat,
  id,
  label: "Fireworks AI",
  description: "Open models and your own deployments on Fireworks, found with what they can do.",
  credentialForm,
  optionForm: [
    {
      name: behaviour,
      label: "When prompt and answer do not fit the context",
      type: "select",
      required: false,
      values: ["error", "truncate"],
      default: "error",
      help: "Truncate: the answer's limit is lowered without a word, so that answers end earlier than asked.",
    },
  ],
  defaultBaseUrl: "https://api.fireworks.ai/inference/v1",
  defaultTraits: { structuredOutput: true },
});
