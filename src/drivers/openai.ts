import { apiKeyAuth, bearer } from "./auth/api-key.ts";
import { defineDriver } from "./driver.ts";
import { joinUrl, withDefaultVersion } from "./shared/base-url.ts";
import { authorsChatQuirks } from "./shared/chat-quirks.ts";
import { wrongOption } from "./shared/misconfigured.ts";
import { textOption } from "./shared/options.ts";
import { responsesOption } from "./shared/prefer-responses.ts";
import { responsesDriver } from "./shared/responses-driver.ts";

const id = "openai";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;

const working = responsesDriver({
  id,
  credentialForm,
  headers(context) {
    const organization = textOption(context, "organization", "");
    const project = textOption(context, "project", "");
    return {
      ...apiKeyAuth(context.credential.api_key, bearer).headers,
      ...(organization !== "" && { "openai-organization": organization }),
      ...(project !== "" && { "openai-project": project }),
    };
  },
  urls(context) {
    const base = withDefaultVersion(context.baseUrl);
    const chat = joinUrl(base, "/chat/completions");
    const responses = joinUrl(base, "/responses");
    const embeddings = joinUrl(base, "/embeddings");
    return {
      chat: () => chat,
      responses: () => responses,
      embeddings: () => embeddings,
      count: joinUrl(responses, "/input_tokens"),
      models: joinUrl(base, "/models"),
    };
  },
  quirks: (_, protocol) => (protocol === "openai-chat" ? authorsChatQuirks : {}),
});

export default defineDriver({
  ...working,
  id,
  label: "OpenAI",
  description:
    "GPT models via the Responses API, with encrypted reasoning; Chat Completions where it serves better.",
  credentialForm,
  optionForm: [
    { name: "organization", label: "Organization", type: "text", required: false, placeholder: "org-…" },
    { name: "project", label: "Project", type: "text", required: false, placeholder: "proj_…" },
    responsesOption,
  ],
  defaultBaseUrl: "https://api.openai.com/v1",
  defaultTraits: {},
  misconfigured(context) {
    const odd = ["organization", "project"].find((name) => !/^[\w-]*$/.test(textOption(context, name, "")));
    return (
      working.misconfigured(context) ?? (odd === undefined ? undefined : wrongOption(odd, "is not an id"))
    );
  },
});
