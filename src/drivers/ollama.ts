import { apiKeyAuth, bearer } from "./auth/api-key.ts";
import { type DriverContext, defineDriver } from "./driver.ts";
import { joinUrl } from "./shared/base-url.ts";
import { findMisconfiguration } from "./shared/misconfigured.ts";
import { discoverByList, type ModelList, probeByList } from "./shared/model-list.ts";
import { readTags, readVersion, showModels } from "./shared/ollama-models.ts";
import { ollamaOptionForm, ollamaQuirks, ollamaRoot, optionProblem } from "./shared/ollama-options.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "ollama";
const protocols = ["ollama"] as const;
const credentialForm = [
  { name: "api_key", label: "API key", type: "secret", required: false, help: "Of ollama.com or a proxy." },
] as const;

function modelList(context: DriverContext): ModelList {
  const baseUrl = ollamaRoot(context.baseUrl);
  const { headers } = apiKeyAuth(context.credential.api_key, bearer);
  return { driver: id, baseUrl, headers, pageUrl: () => joinUrl(baseUrl, "/api/tags"), readPage: readTags };
}

export default defineDriver({
  id,
  label: "Ollama",
  description: "Models that run on a machine of one's own, or at ollama.com, by Ollama's native API.",
  protocols,
  credentialForm,
  optionForm: ollamaOptionForm,
  defaultBaseUrl: "http://localhost:11434",
  defaultTraits: {},
  misconfigured: (context) => findMisconfiguration(context, credentialForm) ?? optionProblem(context),
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const { baseUrl, headers } = modelList(context);
    const urls = { generate: joinUrl(baseUrl, "/api/chat"), embed: joinUrl(baseUrl, "/api/embed") };
    return {
      protocol,
      quirks: ollamaQuirks(context),
      url: ({ operation }) =>
        operation === "generate" || operation === "embed" ? urls[operation] : undefined,
      headers,
      forwardedHeaders: [],
    };
  },
  probe(context, fetch, signal) {
    const list = modelList(context);
    const probeUrl = joinUrl(list.baseUrl, "/api/version");
    return probeByList({ ...list, probeUrl, readPage: readVersion }, { fetch, signal });
  },
  async discover(context, fetch, signal) {
    const list = modelList(context);
    const models = await discoverByList(list, { fetch, signal });
    return showModels(models, { ...list, fetch, signal });
  },
});
