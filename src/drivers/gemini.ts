import { apiKeyAuth } from "./auth/api-key.ts";
import { type DriverContext, defineDriver, type UpstreamCall } from "./driver.ts";
import { joinUrl, trimSlashes } from "./shared/base-url.ts";
import { byList } from "./shared/by-list.ts";
import { isRefusedKey, readGeminiModels } from "./shared/gemini-models.ts";
import { findMisconfiguration } from "./shared/misconfigured.ts";
import type { ModelList } from "./shared/model-list.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "gemini";
const protocols = ["gemini"] as const;
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;

/** The base with its version; one without gets the version that has all fields. */
function versioned({ baseUrl }: DriverContext): string {
  const { pathname } = new URL(baseUrl);
  return /\/v1(alpha|beta)?\/*$/.test(pathname) ? baseUrl : joinUrl(baseUrl, "/v1beta");
}

function headersOf({ credential }: DriverContext): Readonly<Record<string, string>> {
  return apiKeyAuth(credential.api_key, { in: "header", name: "x-goog-api-key", prefix: "" }).headers;
}

function verbOf({ operation, stream }: UpstreamCall): string {
  if (operation === "count_tokens") return "countTokens";
  if (operation === "embed") return "embedContent";
  if (operation === "embed_batch") return "batchEmbedContents";
  return stream ? "streamGenerateContent?alt=sse" : "generateContent";
}

/** Tuned models stand in a collection of their own, which their id names. */
function pathOf(model: string): string {
  const name = model.includes("/") ? model : `models/${model}`;
  return trimSlashes(name).split("/").map(encodeURIComponent).join("/");
}

/** `GET /v1beta/models`, at most 1,000 a page, continued by the token of the page before. */
function modelList(context: DriverContext): ModelList {
  const baseUrl = versioned(context);
  const after = (token?: string) => (token === undefined ? "" : `&pageToken=${encodeURIComponent(token)}`);
  return {
    driver: id,
    baseUrl,
    headers: headersOf(context),
    pageUrl: (token) => joinUrl(baseUrl, `/models?pageSize=1000${after(token)}`),
    probeUrl: joinUrl(baseUrl, "/models?pageSize=1"),
    readPage: readGeminiModels,
    isRefusal: isRefusedKey,
  };
}

export default defineDriver({
  id,
  label: "Google Gemini",
  description: "Gemini models via Google's generateContent API, with thinking and thought signatures.",
  protocols,
  credentialForm,
  optionForm: [],
  defaultBaseUrl: "https://generativelanguage.googleapis.com",
  defaultTraits: {},
  misconfigured: (context) => findMisconfiguration(context, credentialForm),
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const base = versioned(context);
    return {
      protocol,
      quirks: {},
      url: (call) => joinUrl(base, `/${pathOf(call.model)}:${verbOf(call)}`),
      headers: headersOf(context),
      forwardedHeaders: [],
    };
  },
  ...byList(modelList),
});
