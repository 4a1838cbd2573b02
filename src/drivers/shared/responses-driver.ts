import type { ProtocolId } from "../../wire/neutral/protocol-id.ts";
import type { Quirks } from "../../wire/protocol.ts";
import type { Driver, DriverContext, FormField, Upstream, UpstreamCall } from "../driver.ts";
import { discoverDeployments } from "./azure-deployments.ts";
import { readChatModels } from "./chat-models.ts";
import { findMisconfiguration } from "./misconfigured.ts";
import { discoverByList, type ModelList, probeByList } from "./model-list.ts";
import { preferResponses } from "./prefer-responses.ts";
import { requireProtocol } from "./require-protocol.ts";

/** What differs between vendors that speak both of the protocols. */
export interface ResponsesVendor {
  readonly id: string;
  readonly credentialForm: readonly FormField[];
  /** Auth included. */
  headers(context: DriverContext): Readonly<Record<string, string>>;
  /** For auth by a token that expires. */
  authorize?(context: DriverContext): Upstream["authorize"];
  urls(context: DriverContext): ResponsesUrls;
  quirks(context: DriverContext, protocol: ProtocolId): Quirks;
}

/** Where a vendor's calls go. */
export interface ResponsesUrls {
  chat(call: UpstreamCall): string;
  responses(call: UpstreamCall): string;
  embeddings(call: UpstreamCall): string;
  /** Where requests of Responses are counted; absent: nowhere. */
  readonly count?: string;
  readonly models: string;
  /** Where the account's own names of models may be listed, the likeliest first; absent: models have no other names. */
  readonly deployments?: readonly string[];
}

type ResponsesDriver = Pick<
  Driver,
  "protocols" | "prefer" | "misconfigured" | "prepare" | "probe" | "discover"
>;

const protocols = ["openai-responses", "openai-chat"] as const;

/** The working half of a driver for such a vendor; its file adds the names, forms and rules of its own. */
export function responsesDriver(vendor: ResponsesVendor): ResponsesDriver {
  const listOf = (context: DriverContext): ModelList => {
    const { models } = vendor.urls(context);
    return {
      driver: vendor.id,
      baseUrl: models,
      headers: vendor.headers(context),
      authorize: vendor.authorize?.(context),
      pageUrl: () => models,
      readPage: readChatModels,
    };
  };
  return {
    protocols,
    prefer: preferResponses,
    misconfigured: (context) => findMisconfiguration(context, vendor.credentialForm),
    prepare(context, protocol): Upstream {
      requireProtocol({ driver: vendor.id, protocols, protocol });
      const urls = vendor.urls(context);
      const authorize = vendor.authorize?.(context);
      return {
        protocol,
        quirks: vendor.quirks(context, protocol),
        url: (call) => {
          if (call.operation === "embed" && protocol === "openai-chat") return urls.embeddings(call);
          if (call.operation === "count_tokens" && protocol === "openai-responses") return urls.count;
          if (call.operation !== "generate") return undefined;
          return protocol === "openai-chat" ? urls.chat(call) : urls.responses(call);
        },
        headers: vendor.headers(context),
        forwardedHeaders: [],
        ...(authorize !== undefined && { authorize }),
      };
    },
    probe: (context, fetch, signal) => probeByList(listOf(context), { fetch, signal }),
    discover(context, fetch, signal) {
      const list = listOf(context);
      const { deployments } = vendor.urls(context);
      return deployments === undefined
        ? discoverByList(list, { fetch, signal })
        : discoverDeployments(list, { urls: deployments, asking: { fetch, signal } });
    },
  };
}
