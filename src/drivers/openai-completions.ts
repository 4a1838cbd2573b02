import { apiKeyAuth, placementProblem } from "./auth/api-key.ts";
import { type DriverContext, defineDriver } from "./driver.ts";
import { joinUrl, withDefaultVersion } from "./shared/base-url.ts";
import { readChatModels } from "./shared/chat-models.ts";
import { chatQuirkForm, chatQuirks, quirkProblem } from "./shared/chat-quirks.ts";
import { keyPlacementForm, keyPlacementOf } from "./shared/key-placement-form.ts";
import { findMisconfiguration } from "./shared/misconfigured.ts";
import { discoverByList, type ModelList, probeByList } from "./shared/model-list.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "openai_completions";
const protocols = ["openai-chat"] as const;
const defaultBaseUrl = "https://api.openai.com/v1";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: false }] as const;

/** What OpenAI itself takes; other servers get what every one of them understands. */
const ownQuirks = {
  developer_role: true,
  max_tokens_field: "max_completion_tokens",
  reasoning_field: "none",
};

const authOf = (context: DriverContext) => apiKeyAuth(context.credential.api_key, keyPlacementOf(context));

function modelList(context: DriverContext): ModelList {
  const baseUrl = withDefaultVersion(context.baseUrl);
  const { headers, url } = authOf(context);
  return {
    driver: id,
    baseUrl,
    headers,
    pageUrl: () => url(joinUrl(baseUrl, "/models")),
    readPage: readChatModels,
  };
}

export default defineDriver({
  id,
  label: "OpenAI-compatible (Chat Completions)",
  description: "OpenAI's Chat Completions API and every endpoint compatible with it, by base URL.",
  protocols,
  credentialForm,
  optionForm: [...keyPlacementForm, ...chatQuirkForm],
  defaultBaseUrl,
  defaultTraits: {},
  misconfigured: (context) =>
    findMisconfiguration(context, credentialForm) ??
    placementProblem(keyPlacementOf(context)) ??
    quirkProblem(context),
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const baseUrl = withDefaultVersion(context.baseUrl);
    const auth = authOf(context);
    const chat = auth.url(joinUrl(baseUrl, "/chat/completions"));
    return {
      protocol,
      quirks: chatQuirks(context, baseUrl === defaultBaseUrl ? ownQuirks : {}),
      url: ({ operation }) => (operation === "generate" ? chat : undefined),
      headers: auth.headers,
      forwardedHeaders: [],
    };
  },
  probe: (context, fetch, signal) => probeByList(modelList(context), { fetch, signal }),
  discover: (context, fetch, signal) => discoverByList(modelList(context), { fetch, signal }),
});
