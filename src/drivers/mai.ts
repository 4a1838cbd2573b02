import { entraAuth, entraCredentialForm, entraOptionForm, entraProblem } from "./auth/entra.ts";
import { type DriverContext, defineDriver } from "./driver.ts";
import { discoverDeployments } from "./shared/azure-deployments.ts";
import { readChatModels } from "./shared/chat-models.ts";
import { maiUrls } from "./shared/mai-urls.ts";
import { findMisconfiguration, wrongOption } from "./shared/misconfigured.ts";
import { type ModelList, probeByList } from "./shared/model-list.ts";
import { textOption } from "./shared/options.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "mai";
const protocols = ["openai-chat"] as const;
const routes = ["auto", "mai", "openai"] as const;

function modelList(context: DriverContext): ModelList {
  const { models } = maiUrls(context);
  return {
    driver: id,
    baseUrl: models,
    ...entraAuth(context),
    pageUrl: () => models,
    readPage: readChatModels,
  };
}

export default defineDriver({
  id,
  label: "Microsoft MAI",
  description: "Microsoft's MAI models on Azure AI Foundry, with an API key or a client of Entra ID.",
  protocols,
  credentialForm: entraCredentialForm,
  optionForm: [
    {
      name: "route",
      label: "API of the resource",
      type: "select",
      required: false,
      default: "auto",
      values: routes,
      help: "auto: /mai/v1 for deployments named MAI-Thinking…, /openai/v1 for all others.",
    },
    ...entraOptionForm,
  ],
  defaultTraits: {},
  misconfigured(context) {
    const route = textOption(context, "route", "auto");
    return (
      findMisconfiguration(context, entraCredentialForm) ??
      entraProblem(context) ??
      (routes.some((known) => known === route)
        ? undefined
        : wrongOption("route", `must be one of ${routes.join(", ")}`))
    );
  },
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const urls = maiUrls(context);
    return {
      protocol,
      quirks: { max_tokens_field: "max_completion_tokens", reasoning_field: "reasoning_object" },
      url: (call) => (call.operation === "generate" ? urls.chat(call) : undefined),
      // Without it the next turn's reasoning begins from nothing. Source: "Use MAI-Thinking", Foundry's documentation.
      modelDefaults: (model) => (urls.isOwn(model) ? { reasoning_display: "encrypted" } : undefined),
      forwardedHeaders: [],
      ...entraAuth(context),
    };
  },
  probe: (context, fetch, signal) => probeByList(modelList(context), { fetch, signal }),
  discover: (context, fetch, signal) =>
    discoverDeployments(modelList(context), {
      urls: maiUrls(context).deployments,
      asking: { fetch, signal },
    }),
});
