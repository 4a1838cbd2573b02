import { bearer } from "./auth/api-key.ts";
import { type DriverContext, defineDriver, type Upstream } from "./driver.ts";
import { joinUrl, withDefaultVersion } from "./shared/base-url.ts";
import { chatDriver } from "./shared/chat-driver.ts";
import { listOption } from "./shared/list-option.ts";
import { readPricedModels } from "./shared/listed-prices.ts";
import { readObject, readText } from "./shared/read-value.ts";

const id = "vercel";
const credentialForm = [
  { name: "api_key", label: "API key or OIDC token", type: "secret", required: true },
] as const;
const baseUrl = (context: DriverContext) => withDefaultVersion(context.baseUrl);

function gatewayDefaults(context: DriverContext, names: readonly string[]): Upstream["bodyDefaults"] {
  const set = names.map((name) => [name, listOption(context, name)] as const).filter(([, list]) => list);
  return set.length === 0 ? undefined : { providerOptions: { gateway: Object.fromEntries(set) } };
}

/**
 * Vercel's AI Gateway. Sources: https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions and
 * …/models-and-providers/provider-options. Not verified: whether every model takes `cache_control` in parts.
 */
const chat = chatDriver({
  id,
  credentialForm,
  baseUrl,
  placement: () => bearer,
  quirks: () => ({
    reasoning_field: "reasoning_details",
    cache_control: true,
    extra_fields: "providerOptions,models",
  }),
  bodyDefaults: (context) => gatewayDefaults(context, ["order", "only", "models"]),
  // Models to fall back to are those of a chat.
  embeddingDefaults: (context) => gatewayDefaults(context, ["order", "only"]),
  // Everyone may read the list of models; the balance is the account's own.
  models: (context) => ({
    readPage: readPricedModels({ input: "input", output: "output" }),
    probeUrl: joinUrl(baseUrl(context), "/credits"),
    isProbe: (body) => readText(readObject(body)?.balance) !== undefined,
  }),
});

export default defineDriver({
  ...chat,
  id,
  label: "Vercel AI Gateway",
  description: "Models of many vendors through Vercel's AI Gateway.",
  credentialForm,
  optionForm: [
    { name: "order", label: "Providers to try first", type: "text", required: false, help: "With commas." },
    { name: "only", label: "Only these providers", type: "text", required: false, help: "With commas." },
    { name: "models", label: "Models to fall back to", type: "text", required: false, help: "With commas." },
  ],
  defaultBaseUrl: "https://ai-gateway.vercel.sh/v1",
  defaultTraits: {},
});
