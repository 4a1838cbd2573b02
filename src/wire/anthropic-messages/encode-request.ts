import type { LossList } from "../neutral/loss.ts";
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
  return JSON.stringify({ model, ...body, stream: request.stream || undefined });
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
  const sampling = encodeSampling(request, { accepted: traits.sampling !== false && !reasons, losses });
  const { stop, userId, tier } = encodeRest(request, losses);
  return {
    max_tokens: limits.maxTokens,
    system: system.length > 0 ? system : undefined,
    messages,
    tools: tools.tools.length > 0 ? tools.tools : undefined,
    tool_choice: tools.choice,
    thinking,
    output_config: effort === undefined && format === undefined ? undefined : { effort, format },
    temperature: sampling.temperature,
    top_p: sampling.top_p,
    top_k: sampling.top_k,
    stop_sequences: stop.length > 0 ? stop : undefined,
    metadata: userId === undefined ? undefined : { user_id: userId },
    service_tier: tier,
    cache_control: request.autoCache === undefined ? undefined : encodeCache(request.autoCache),
  };
}

function encodeSystem(request: NeutralRequest, scope: EncodeScope): WireBlock[] {
  const blocks: WireBlock[] = [];
  request.system.forEach((part, i) => {
    const block = encodeText(part, { path: `system[${i}]`, scope });
    if (block !== undefined) blocks.push(block);
  });
  return blocks;
}

/** The API's own limit of `metadata.user_id`, in characters. */
const maxUserId = 256;

interface Rest {
  readonly stop: readonly string[];
  readonly userId: string | undefined;
  readonly tier: MessagesBody["service_tier"];
}

function encodeRest(request: NeutralRequest, losses: LossList): Rest {
  const { stop, userId, serviceTier } = request;
  const said = stop.filter((sequence) => sequence.trim() !== "");
  if (said.length < stop.length) losses.add("stop", "dropped");
  const fits = userId === undefined || userId.length <= maxUserId;
  if (!fits) losses.add("user", "dropped");
  if (request.promptCacheKey !== undefined) losses.add("prompt_cache_key", "dropped");
  for (const field of Object.keys(request.extra)) losses.add(field, "dropped");
  return {
    stop: said,
    userId: fits ? userId : undefined,
    tier: serviceTier === undefined ? undefined : encodeTier(serviceTier, losses),
  };
}

/** The API decides between its capacity kinds by two words only. */
function encodeTier(tier: string, losses: LossList): "auto" | "standard_only" {
  if (tier === "standard_only" || tier === "default") return "standard_only";
  if (tier !== "auto") losses.add("service_tier", "clamped");
  return "auto";
}
