import type { Quirks } from "../../wire/protocol.ts";
import { apiKeyAuth, type KeyPlacement, placementProblem } from "../auth/api-key.ts";
import type { Driver, DriverContext, FormField, Upstream } from "../driver.ts";
import { joinUrl } from "./base-url.ts";
import { byList } from "./by-list.ts";
import { readChatModels } from "./chat-models.ts";
import { findMisconfiguration } from "./misconfigured.ts";
import type { ModelList } from "./model-list.ts";
import { requireProtocol } from "./require-protocol.ts";

/** What differs between vendors of the Chat Completions API that take a key. */
export interface ChatVendor {
  readonly id: string;
  /** Its field `api_key` holds the key. */
  readonly credentialForm: readonly FormField[];
  /** The URL that `/chat/completions` and `/models` follow. */
  baseUrl(context: DriverContext): string;
  placement(context: DriverContext): KeyPlacement;
  quirks(context: DriverContext): Quirks;
  /** Headers besides the key. */
  headers?(context: DriverContext): Readonly<Record<string, string>>;
  bodyDefaults?(context: DriverContext): Upstream["bodyDefaults"];
  embeddingDefaults?(context: DriverContext): Upstream["embeddingDefaults"];
  readonly translated?: boolean;
  readonly headerUsage?: Upstream["headerUsage"];
  /** What differs from one list at `/models` that every chat-completions server has. */
  models?(context: DriverContext): Partial<ModelList>;
}

type ChatDriver = Pick<Driver, "protocols" | "misconfigured" | "prepare" | "probe" | "discover">;

const protocols = ["openai-chat"] as const;

/** The working half of a driver for such a vendor; its file adds the names, forms and rules of its own. */
export function chatDriver(vendor: ChatVendor): ChatDriver {
  const authOf = (context: DriverContext) =>
    apiKeyAuth(context.credential.api_key, vendor.placement(context));
  return {
    protocols,
    misconfigured: (context) =>
      findMisconfiguration(context, vendor.credentialForm) ?? placementProblem(vendor.placement(context)),
    prepare(context, protocol) {
      requireProtocol({ driver: vendor.id, protocols, protocol });
      const auth = authOf(context);
      const bodyDefaults = vendor.bodyDefaults?.(context);
      const embeddingDefaults = vendor.embeddingDefaults?.(context);
      const chat = auth.url(joinUrl(vendor.baseUrl(context), "/chat/completions"));
      const embeddings = auth.url(joinUrl(vendor.baseUrl(context), "/embeddings"));
      return {
        protocol,
        quirks: vendor.quirks(context),
        url: ({ operation }) =>
          operation === "generate" ? chat : operation === "embed" ? embeddings : undefined,
        headers: { ...vendor.headers?.(context), ...auth.headers },
        forwardedHeaders: [],
        ...(bodyDefaults !== undefined && { bodyDefaults }),
        ...(embeddingDefaults !== undefined && { embeddingDefaults }),
        ...(vendor.translated === true && { translated: true }),
        ...(vendor.headerUsage !== undefined && { headerUsage: vendor.headerUsage }),
      };
    },
    ...byList((context) => {
      const baseUrl = vendor.baseUrl(context);
      const { headers, url } = authOf(context);
      const models = url(joinUrl(baseUrl, "/models"));
      return {
        driver: vendor.id,
        baseUrl,
        headers,
        pageUrl: () => models,
        readPage: readChatModels,
        ...vendor.models?.(context),
      };
    }),
  };
}
