import { entraAuth, entraCredentialForm, entraOptionForm, entraProblem } from "./auth/entra.ts";
import { defineDriver } from "./driver.ts";
import { azureUrls } from "./shared/azure-urls.ts";
import { authorsChatQuirks } from "./shared/chat-quirks.ts";
import { wrongOption } from "./shared/misconfigured.ts";
import { textOption } from "./shared/options.ts";
import { responsesOption } from "./shared/prefer-responses.ts";
import { responsesDriver } from "./shared/responses-driver.ts";

const id = "azure_openai";

const working = responsesDriver({
  id,
  credentialForm: entraCredentialForm,
  headers: (context) => entraAuth(context).headers,
  authorize: (context) => entraAuth(context).authorize,
  urls: azureUrls,
  quirks: (_, protocol) => (protocol === "openai-chat" ? authorsChatQuirks : {}),
});

/**
 * Discovery finds deployments where the resource or its project still lists them, with the model that each deploys;
 * elsewhere it finds base models, marked as such, and deployments are added by hand with their `base_model`.
 */
export default defineDriver({
  ...working,
  id,
  label: "Azure OpenAI",
  description: "Models deployed in Azure OpenAI or Azure AI Foundry; the model's name is the deployment's.",
  credentialForm: entraCredentialForm,
  optionForm: [
    {
      name: "api_version",
      label: "API version",
      type: "text",
      required: false,
      placeholder: "2024-10-21",
      help: "A dated version calls deployment URLs; leave it empty for the v1 API.",
    },
    responsesOption,
    ...entraOptionForm,
  ],
  defaultTraits: {},
  misconfigured(context) {
    const problem = working.misconfigured(context) ?? entraProblem(context);
    if (problem !== undefined) return problem;
    const version = textOption(context, "api_version", "");
    return /^(?:|v1|preview|\d{4}-\d{2}-\d{2}(?:-preview)?)$/.test(version)
      ? undefined
      : wrongOption("api_version", "must be a date such as 2024-10-21, with or without `-preview`");
  },
});
