import { bearer } from "./auth/api-key.ts";
import { keySignIn } from "./auth/key-sign-in.ts";
import { type DriverContext, defineDriver, type ModelVariant } from "./driver.ts";
import { appForm, appHeaders } from "./shared/app-form.ts";
import { joinUrl, withDefaultPath } from "./shared/base-url.ts";
import { chatDriver } from "./shared/chat-driver.ts";
import { readPricedModels } from "./shared/listed-prices.ts";
import { readObject, readText } from "./shared/read-value.ts";
import { providerDefaults, routingDefaults, routingForm, routingProblem } from "./shared/routing-form.ts";

const id = "openrouter";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;
const baseUrl = (context: DriverContext) => withDefaultPath(context.baseUrl, "/api/v1");

/** Fields of its own that any client may send. Source: ChatRequest of OpenRouterTeam/typescript-sdk. */
const extraFields =
  "provider,models,route,preset,transforms,plugins,usage,session_id,trace,stop_server_tools_when,image_config," +
  "top_k,min_p,top_a,repetition_penalty";

/** `{model}@preset/{slug}`: the model with the settings that the account keeps under that name. Source: OpenRouter docs, "Presets". */
function preset(name: string): ModelVariant | undefined {
  const [, base, suffix] = /^(.+)(@preset\/[\w-]+)$/.exec(name) ?? [];
  return base === undefined || suffix === undefined ? undefined : { base, suffix };
}

const chat = chatDriver({
  id,
  credentialForm,
  baseUrl,
  placement: () => bearer,
  quirks: () => ({
    developer_role: true,
    reasoning_field: "reasoning_details",
    cache_control: true,
    // Streams tell usage without being asked, in a chunk that is not for usage alone.
    stream_usage: false,
    extra_fields: extraFields,
  }),
  headers: appHeaders,
  bodyDefaults: routingDefaults,
  embeddingDefaults: providerDefaults,
  // Everyone may read `/models`; `/models/user` is what the account's settings leave of it, and `/key` knows the key.
  models: (context) => ({
    pageUrl: () => joinUrl(baseUrl(context), "/models/user"),
    readPage: readPricedModels({ input: "prompt", output: "completion" }),
    probeUrl: joinUrl(baseUrl(context), "/key"),
    isProbe: (body) => readText(readObject(readObject(body)?.data)?.label) !== undefined,
  }),
});

export default defineDriver({
  ...chat,
  id,
  label: "OpenRouter",
  description: "Models of many vendors through one account, with routing controls and reported cost.",
  credentialForm,
  optionForm: [...appForm, ...routingForm],
  defaultBaseUrl: "https://openrouter.ai/api/v1",
  defaultTraits: {},
  signIn: keySignIn({ driver: id, baseUrl, page: "/auth", exchange: "/auth/keys" }),
  variant: preset,
  misconfigured: (context) => chat.misconfigured(context) ?? routingProblem(context),
});
