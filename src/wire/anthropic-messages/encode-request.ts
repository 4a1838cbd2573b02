import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import { settleLastTurn } from "./arrange-turns.ts";
import { CacheBreakpoints } from "./cache-breakpoints.ts";
import { encodeCache } from "./cache-control.ts";
import { encodeText } from "./encode-content.ts";
import { encodeLimits } from "./encode-limits.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutput } from "./encode-output.ts";
import { encodeSampling } from "./encode-sampling.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { encodeThinking } from "./encode-thinking.ts";
import { encodeTools } from "./encode-tools.ts";
import type { MessagesBody, WireBlock } from "./schema.ts";

/** What the body of a call depends on besides the request. */
export type EncodeBodyOptions = Pick<EncodeRequestOptions, "traits" | "losses">;

/** The tree to the JSON text of `POST /v1/messages`. */
export function encodeRequest(
  request: NeutralRequest,
  { model, traits, losses }: EncodeRequestOptions,
): string {
  const body = encodeBody(request, { traits, losses });
  return JSON.stringify({ model, ...body, ...(request.stream && { stream: true }) });
}

/** The tree to the body without `model` and `stream`, for hosts that take those from the URL. */
export function encodeBody(request: NeutralRequest, { traits, losses }: EncodeBodyOptions): MessagesBody {
  const scope: EncodeScope = { traits, losses, breakpoints: new CacheBreakpoints(losses) };
  const output = encodeOutput(request, scope);
  const messages = encodeMessages(request.messages, scope);
  const reasoning = encodeThinking(request, { messages, scope });
  const limits = encodeLimits(request.maxOutputTokens, {
    thinking: reasoning,
    ceiling: traits.maxOutputTokens,
    losses,
  });
  const { thinking } = limits;
  const budgeted = thinking?.type === "enabled";
  settleLastTurn(messages, { prefill: traits.prefill !== false && !budgeted, scope });
  const tools = encodeTools(request, {
    scope,
    output,
    forceable: traits.forcedToolChoice !== false && !budgeted,
  });
  const system = encodeSystem(request, scope);
  for (const text of [output.instruction, tools.instruction]) {
    if (text !== undefined) system.push({ type: "text", text });
  }
  scope.breakpoints.settle({
    tools: tools.tools,
    system,
    messages,
    automatic: request.autoCache !== undefined,
  });
  const reasons = budgeted || thinking?.type === "adaptive" || traits.alwaysReasons === true;
  const { effort } = reasoning;
  const { format } = output;
  return {
    max_tokens: limits.maxTokens,
    ...(system.length > 0 && { system }),
    messages,
    ...(tools.tools.length > 0 && { tools: tools.tools }),
    ...(tools.choice !== undefined && { tool_choice: tools.choice }),
    ...(thinking !== undefined && { thinking }),
    ...((effort !== undefined || format !== undefined) && {
      output_config: { ...(effort !== undefined && { effort }), ...(format !== undefined && { format }) },
    }),
    ...encodeSampling(request, { accepted: traits.sampling !== false && !reasons, losses }),
    ...encodeRest(request, scope),
  };
}

function encodeSystem(request: NeutralRequest, scope: EncodeScope): WireBlock[] {
  return request.system
    .map((part, i) => encodeText(part, { path: `system[${i}]`, scope }))
    .filter((block) => block !== undefined);
}

/** The API's own limit of `metadata.user_id`, in characters. */
const maxUserId = 256;

type Rest = Pick<MessagesBody, "stop_sequences" | "metadata" | "service_tier" | "cache_control">;

function encodeRest(request: NeutralRequest, { losses }: EncodeScope): Rest {
  const { userId, serviceTier, autoCache } = request;
  const stop = request.stop.filter((sequence) => sequence.trim() !== "");
  if (stop.length < request.stop.length) losses.add("stop", "dropped");
  const named = userId !== undefined && userId.length <= maxUserId;
  if (userId !== undefined && !named) losses.add("user", "dropped");
  if (request.promptCacheKey !== undefined) losses.add("prompt_cache_key", "dropped");
  for (const field of Object.keys(request.extra)) losses.add(field, "dropped");
  return {
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...(named && { metadata: { user_id: userId } }),
    ...(serviceTier !== undefined && { service_tier: encodeTier(serviceTier, losses) }),
    ...(autoCache !== undefined && { cache_control: encodeCache(autoCache) }),
  };
}

/** The API decides between its capacity kinds by two words only. */
function encodeTier(tier: string, losses: EncodeScope["losses"]): "auto" | "standard_only" {
  if (tier === "standard_only" || tier === "default") return "standard_only";
  if (tier !== "auto") losses.add("service_tier", "clamped");
  return "auto";
}
