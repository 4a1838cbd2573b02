import { bearer } from "./auth/api-key.ts";
import { type DriverContext, defineDriver } from "./driver.ts";
import { joinUrl, trimSlashes } from "./shared/base-url.ts";
import { chatDriver } from "./shared/chat-driver.ts";
import { wrongOption } from "./shared/misconfigured.ts";
import { definedHeaders, textOption } from "./shared/options.ts";
import { isRefusedToken, pageSize, readTaskModels } from "./shared/task-models.ts";

const id = "cloudflare";
const credentialForm = [{ name: "api_key", label: "API token", type: "secret", required: true }] as const;

const accountOf = (context: DriverContext) => textOption(context, "account_id", "");

/** The account's AI API; a base URL that names its account is taken as it is. */
function accountUrl(context: DriverContext): string {
  const base = trimSlashes(new URL(context.baseUrl).href).replace(/\/ai(\/v1)?$/, "");
  return /\/accounts\/[^/]+$/.test(base) ? base : joinUrl(base, `/accounts/${accountOf(context)}`);
}

/**
 * Sources: https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility and the changelog of 2026-05-21
 * (AI Gateway's REST API). Not verified: in which field reasoning may be sent back, so it is not.
 */
const chat = chatDriver({
  id,
  credentialForm,
  baseUrl: (context) => joinUrl(accountUrl(context), "/ai/v1"),
  placement: () => bearer,
  quirks: () => ({ reasoning_field: "none" }),
  headers: (context) => definedHeaders({ "cf-aig-gateway-id": textOption(context, "gateway_id", "") }),
  models: (context) => ({
    pageUrl: (page = "1") =>
      joinUrl(accountUrl(context), `/ai/models/search?per_page=${pageSize}&page=${encodeURIComponent(page)}`),
    isRefusal: isRefusedToken,
    readPage: readTaskModels,
  }),
});

export default defineDriver({
  ...chat,
  id,
  label: "Cloudflare",
  description: "Workers AI, and other vendors' models through Cloudflare's AI Gateway.",
  credentialForm,
  optionForm: [
    { name: "account_id", label: "Account ID", type: "text", required: false },
    { name: "gateway_id", label: "AI Gateway", type: "text", required: false, placeholder: "default" },
  ],
  defaultBaseUrl: "https://api.cloudflare.com/client/v4",
  defaultTraits: {},
  misconfigured(context) {
    const problem = chat.misconfigured({ ...context, options: {} });
    if (problem !== undefined) return problem;
    const odd = ["account_id", "gateway_id"].find((name) => !/^[\w-]*$/.test(textOption(context, name, "")));
    if (odd !== undefined) return wrongOption(odd, "is not an id");
    return /\/accounts\/[\w-]+(\/|$)/.test(accountUrl(context))
      ? undefined
      : wrongOption("account_id", "is missing");
  },
});
