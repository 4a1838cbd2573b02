import type { ProtocolId } from "../../wire/neutral/protocol-id.ts";
import type { UpstreamCall } from "../driver.ts";
import { joinUrl, trimSlashes, withDefaultVersion, withoutVersion } from "./base-url.ts";
import { readChatModels } from "./chat-models.ts";
import { readClaudeModels } from "./claude-models.ts";
import { isRefusedKey, readGeminiModels } from "./gemini-models.ts";
import type { ModelList, ModelPage } from "./model-list.ts";
import { readTags } from "./ollama-models.ts";
import { ollamaRoot } from "./ollama-options.ts";

/** Where a server of a protocol usually has its calls, for vendors of which nothing else is known. */
export interface ProtocolUrls {
  /** Undefined: the protocol has no such call. */
  url(call: UpstreamCall): string | undefined;
  /** Undefined: the protocol has no list of models that every server of it has. */
  readonly list: (Pick<ModelList, "isRefusal" | "readPage"> & { readonly url: string }) | undefined;
}

/** The usual URLs below `baseUrl`, which may end in the protocol's version or stop before it. */
export function protocolUrls(protocol: ProtocolId, baseUrl: string): ProtocolUrls {
  switch (protocol) {
    case "openai-chat":
    case "openai-responses": {
      const base = withDefaultVersion(baseUrl);
      const generate = joinUrl(base, protocol === "openai-chat" ? "/chat/completions" : "/responses");
      const embed = protocol === "openai-chat" ? joinUrl(base, "/embeddings") : undefined;
      return {
        url: ({ operation }) => byOperation({ generate, embed }, operation),
        list: { url: joinUrl(base, "/models"), readPage: readChatModels },
      };
    }
    case "anthropic-messages": {
      const base = withoutVersion(baseUrl);
      const generate = joinUrl(base, "/v1/messages");
      return {
        url: ({ operation }) =>
          byOperation({ generate, count_tokens: joinUrl(generate, "/count_tokens") }, operation),
        list: { url: joinUrl(base, "/v1/models?limit=1000"), readPage: firstPage(readClaudeModels) },
      };
    }
    case "gemini": {
      const base = /\/v1(alpha|beta)?\/*$/.test(new URL(baseUrl).pathname)
        ? baseUrl
        : joinUrl(baseUrl, "/v1beta");
      return {
        url: (call) => joinUrl(base, `/models/${pathSegment(call.model)}:${geminiVerb(call)}`),
        list: {
          url: joinUrl(base, "/models?pageSize=1000"),
          readPage: firstPage(readGeminiModels),
          isRefusal: isRefusedKey,
        },
      };
    }
    case "bedrock-converse":
      return hosted(baseUrl, ["converse", "converse-stream"]);
    case "bedrock-invoke":
      return hosted(baseUrl, ["invoke", "invoke-with-response-stream"]);
    case "ollama": {
      const root = ollamaRoot(baseUrl);
      const urls = { generate: joinUrl(root, "/api/chat"), embed: joinUrl(root, "/api/embed") };
      return {
        url: ({ operation }) => byOperation(urls, operation),
        list: { url: joinUrl(root, "/api/tags"), readPage: readTags },
      };
    }
  }
}

type Urls = Partial<Record<UpstreamCall["operation"], string | undefined>>;

function byOperation(urls: Urls, operation: UpstreamCall["operation"]): string | undefined {
  return urls[operation];
}

function hosted(baseUrl: string, [whole, streamed]: readonly [string, string]): ProtocolUrls {
  return {
    url: ({ operation, model, stream }) =>
      operation === "generate" || (operation === "embed" && whole === "invoke")
        ? joinUrl(trimSlashes(baseUrl), `/model/${pathSegment(model)}/${stream ? streamed : whole}`)
        : undefined,
    list: undefined,
  };
}

function geminiVerb({ operation, stream }: UpstreamCall): string {
  if (operation === "count_tokens") return "countTokens";
  if (operation === "embed") return "embedContent";
  if (operation === "embed_batch") return "batchEmbedContents";
  return stream ? "streamGenerateContent?alt=sse" : "generateContent";
}

/** Nothing is known of how such a server goes on with a list, so that its first page has to do. */
function firstPage(readPage: (body: unknown) => ModelPage | undefined) {
  return (body: unknown): ModelPage | undefined => {
    const page = readPage(body);
    return page === undefined ? undefined : { models: page.models, next: undefined };
  };
}

/** One segment of a path, with the letters that signatures encode, too. */
function pathSegment(model: string): string {
  return encodeURIComponent(model).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
