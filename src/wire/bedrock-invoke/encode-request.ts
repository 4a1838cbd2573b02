import { encodeBody } from "../anthropic-messages/encode-request.ts";
import { knownBetas } from "../bedrock-converse/betas.ts";
import type { LossList } from "../neutral/loss.ts";
import type { AssistantPart, CacheMarker, MediaSource, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import { invalid } from "../read-json.ts";
import { bodyVersion, type InvokeBody } from "./schema.ts";

/** The tree to the JSON text of an InvokeModel call; the path says model and kind. */
export function encodeRequest(
  request: NeutralRequest,
  { traits, losses, betas = [] }: EncodeRequestOptions,
): string {
  refuseUrls(request.messages);
  const { serviceTier, extra, ...rest } = request;
  const { context_management, anthropic_beta, ...unknown } = extra;
  // The host sets its tiers in a header that belongs to the account's settings.
  if (serviceTier !== undefined && serviceTier !== "auto") losses.add("service_tier", "dropped");
  const { service_tier: _, ...body } = encodeBody(
    { ...withCacheMarker(rest, losses), extra: unknown },
    { traits, losses },
  );
  const named = Array.isArray(anthropic_beta) ? anthropic_beta.map(String) : [];
  const features = knownBetas([...betas, ...named], losses);
  const invoke: InvokeBody = {
    anthropic_version: bodyVersion,
    ...(features.length > 0 && { anthropic_beta: features }),
    ...body,
    ...(context_management !== undefined && { context_management }),
  };
  return JSON.stringify(invoke);
}

/** The host knows no automatic caching: its marker is put where it would have been found. */
function withCacheMarker(
  { autoCache, ...request }: Omit<NeutralRequest, "extra" | "serviceTier">,
  losses: LossList,
): Omit<NeutralRequest, "extra" | "serviceTier"> {
  if (autoCache === undefined) return request;
  losses.add("cache_control", "emulated");
  const messages = [...request.messages];
  const last = messages.pop();
  return last === undefined ? request : { ...request, messages: [...messages, markLast(last, autoCache)] };
}

function markLast(message: Message, cache: CacheMarker): Message {
  const mark = <T extends UserPart | AssistantPart | ToolResultPart>(parts: readonly T[]): readonly T[] => {
    const at = parts.findLastIndex(({ type }) => !unmarked.has(type));
    return parts.map((part, i) => (i === at ? { ...part, cache } : part));
  };
  switch (message.role) {
    case "user":
      return { ...message, parts: mark(message.parts) };
    case "assistant":
      return { ...message, parts: mark(message.parts) };
    case "tool":
      return { ...message, parts: mark(message.parts) };
    case "system":
      return { ...message, parts: mark(message.parts) };
  }
}

const unmarked: ReadonlySet<string> = new Set(["thinking", "redacted_thinking", "refusal", "opaque"]);

/** The host fetches nothing. Throws `invalid_request` that names the part. */
function refuseUrls(messages: readonly Message[]): void {
  messages.forEach(({ parts }, i) => {
    parts.forEach((part, j) => {
      const path = `messages[${i}].content[${j}]`;
      if (part.type === "tool_result") {
        part.content.forEach((inner, k) => {
          if ("source" in inner) refuseUrl(inner.source, `${path}.content[${k}]`);
        });
      } else if ("source" in part) refuseUrl(part.source, path);
    });
  });
}

function refuseUrl(source: MediaSource | { readonly kind: "text" }, path: string): void {
  if (source.kind === "url") {
    invalid(path, "refers to a URL, which the vendor of this model does not fetch: send the bytes in base64");
  }
}
