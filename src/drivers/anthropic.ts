import { apiKeyAuth } from "./auth/api-key.ts";
import { type DriverContext, defineDriver, type Operation } from "./driver.ts";
import { joinUrl, withoutVersion } from "./shared/base-url.ts";
import { byList } from "./shared/by-list.ts";
import { readClaudeModels } from "./shared/claude-models.ts";
import { longContext } from "./shared/long-context.ts";
import { findMisconfiguration } from "./shared/misconfigured.ts";
import type { ModelList } from "./shared/model-list.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "anthropic";
const protocols = ["anthropic-messages"] as const;
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: true }] as const;

// Clients may speak 2026-10-21: that version only refuses more, and answers the same.
function headersOf(context: DriverContext): Readonly<Record<string, string>> {
  const auth = apiKeyAuth(context.credential.api_key, { in: "header", name: "x-api-key", prefix: "" });
  return { ...auth.headers, "anthropic-version": "2023-06-01" };
}

/** `GET /v1/models`, at most 1,000 a page, continued behind the last id of a page. */
function modelList(context: DriverContext): ModelList {
  const baseUrl = withoutVersion(context.baseUrl);
  const after = (cursor?: string) => (cursor === undefined ? "" : `&after_id=${encodeURIComponent(cursor)}`);
  return {
    driver: id,
    baseUrl,
    headers: headersOf(context),
    pageUrl: (cursor) => joinUrl(baseUrl, `/v1/models?limit=1000${after(cursor)}`),
    probeUrl: joinUrl(baseUrl, "/v1/models?limit=1"),
    readPage: readClaudeModels,
  };
}

export default defineDriver({
  id,
  label: "Anthropic",
  description: "Claude models via the Messages API, with extended thinking.",
  protocols,
  credentialForm,
  optionForm: [],
  defaultBaseUrl: "https://api.anthropic.com",
  // What stands behind this wire format and is no Claude is taken for a small, plain model.
  defaultTraits: { maxOutputTokens: 4096 },
  variant: longContext,
  misconfigured: (context) => findMisconfiguration(context, credentialForm),
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const messages = joinUrl(withoutVersion(context.baseUrl), "/v1/messages");
    const urls: Partial<Record<Operation, string>> = {
      generate: messages,
      count_tokens: joinUrl(messages, "/count_tokens"),
    };
    return {
      protocol,
      quirks: {},
      url: ({ operation }) => urls[operation],
      headers: headersOf(context),
      forwardedHeaders: ["anthropic-beta"],
    };
  },
  ...byList(modelList),
});
