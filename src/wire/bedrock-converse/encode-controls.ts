import { CacheBreakpoints } from "../anthropic-messages/cache-breakpoints.ts";
import { encodeLimits } from "../anthropic-messages/encode-limits.ts";
import { encodeSampling } from "../anthropic-messages/encode-sampling.ts";
import { encodeThinking } from "../anthropic-messages/encode-thinking.ts";
import type { WireMessage as MessagesTurn } from "../anthropic-messages/schema.ts";
import type { LossList } from "../neutral/loss.ts";
import { type Effort, efforts, type NeutralRequest } from "../neutral/request.ts";
import { isReasoning } from "./encode-messages.ts";
import type { EncodeScope } from "./encode-scope.ts";
import type { WireInference, WireMessage } from "./schema.ts";

/** Limits, sampling and reasoning: what the API has words for, and the rest in the model's own. */
export interface EncodedControls {
  readonly inference: WireInference;
  readonly additional: Readonly<Record<string, unknown>>;
  /** The model reasons within a budget: it can neither be forced to call a tool nor made to continue a turn. */
  readonly budgeted: boolean;
}

const reasoningField = "reasoning_effort";

/** By the model's own body format; a model of none takes no more than the API's own words. */
export function encodeControls(
  request: NeutralRequest,
  context: { readonly messages: readonly WireMessage[]; readonly scope: EncodeScope },
): EncodedControls {
  switch (context.scope.traits.nativeBody) {
    case "messages":
      return messagesControls(request, context);
    case "nova":
      return novaControls(request, context.scope);
    default:
      return plainControls(request, context.scope);
  }
}

function messagesControls(
  request: NeutralRequest,
  { messages, scope }: { readonly messages: readonly WireMessage[]; readonly scope: EncodeScope },
): EncodedControls {
  const { traits, losses } = scope;
  const reasoning = encodeThinking(request, {
    messages: messages.slice(-2).map(toMessagesTurn),
    scope: { traits, losses, breakpoints: new CacheBreakpoints(losses) },
  });
  const limits =
    reasoning.budget === undefined
      ? { maxTokens: limit(request, scope), thinking: reasoning.thinking }
      : encodeLimits(request.maxOutputTokens, {
          thinking: reasoning,
          ceiling: traits.maxOutputTokens,
          losses,
        });
  const { thinking, maxTokens } = limits;
  const { effort } = reasoning;
  const budgeted = thinking?.type === "enabled";
  const reasons = budgeted || thinking?.type === "adaptive" || traits.alwaysReasons === true;
  const sampling = encodeSampling(request, { accepted: traits.sampling !== false && !reasons, losses });
  return {
    inference: { maxTokens, temperature: sampling.temperature, topP: sampling.top_p },
    additional: {
      ...(thinking !== undefined && { thinking }),
      ...(effort !== undefined && { output_config: { effort } }),
      ...(sampling.top_k !== undefined && { top_k: sampling.top_k }),
    },
    budgeted,
  };
}

/** Source: Amazon Nova 2 user guide, "Extended thinking": at high effort limits and sampling must be left out. */
function novaControls(request: NeutralRequest, scope: EncodeScope): EncodedControls {
  const effort = askedEffort(request, { scope, offered: ["low", "medium", "high"] });
  const { topK, ...known } = request;
  if (effort === "high") {
    if (request.maxOutputTokens !== undefined) scope.losses.add("max_tokens", "dropped");
    if (topK !== undefined) scope.losses.add("top_k", "dropped");
    dropSampling(known, scope.losses);
    return { inference: {}, additional: { reasoningConfig: enabled(effort) }, budgeted: false };
  }
  return {
    inference: plainInference(known, scope),
    additional: {
      ...(effort !== undefined && {
        reasoningConfig: effort === "none" ? { type: "disabled" } : enabled(effort),
      }),
      ...(topK !== undefined && { inferenceConfig: { topK } }),
    },
    budgeted: false,
  };
}

function enabled(effort: Effort): object {
  return { type: "enabled", maxReasoningEffort: effort };
}

function plainControls(request: NeutralRequest, scope: EncodeScope): EncodedControls {
  const effort =
    scope.traits.nativeBody === "chat"
      ? askedEffort(request, { scope, offered: scope.traits.efforts ?? efforts })
      : undefined;
  if (scope.traits.nativeBody === undefined && asksToReason(request))
    scope.losses.add(reasoningField, "dropped");
  return {
    inference: plainInference(request, scope),
    additional: effort === undefined ? {} : { reasoning_effort: effort },
    budgeted: false,
  };
}

function asksToReason({ reasoning }: NeutralRequest): boolean {
  return reasoning !== undefined && reasoning.mode !== "disabled" && reasoning.effort !== "none";
}

/** The nearest of the efforts that are offered; undefined when none was asked for or the model takes none. */
function askedEffort(
  request: NeutralRequest,
  { scope, offered }: { readonly scope: EncodeScope; readonly offered: readonly Effort[] },
): Effort | undefined {
  const { traits, losses } = scope;
  const { reasoning } = request;
  if (reasoning === undefined) return undefined;
  const off = !asksToReason(request);
  if (traits.reasoning === "none" || traits.reasoning === undefined) {
    if (!off) losses.add(reasoningField, "dropped");
    return undefined;
  }
  if (off && (offered.includes("none") || traits.nativeBody === "nova")) return "none";
  const wanted = off ? "none" : (reasoning.effort ?? "medium");
  const distance = (effort: Effort) => Math.abs(efforts.indexOf(effort) - efforts.indexOf(wanted));
  const nearest = offered
    .filter((effort) => effort !== "none")
    .reduce<Effort | undefined>((a, b) => (a !== undefined && distance(a) < distance(b) ? a : b), undefined);
  if (reasoning.effort === undefined && !off) losses.add(reasoningField, "emulated");
  else if (nearest !== wanted) losses.add(reasoningField, "clamped");
  return nearest;
}

function plainInference(request: NeutralRequest, scope: EncodeScope): WireInference {
  const { losses, traits } = scope;
  const { temperature, topP, topK } = request;
  const maxTokens = limit(request, scope);
  if (topK !== undefined) losses.add("top_k", "dropped");
  if (traits.sampling === false) {
    dropSampling(request, losses);
    return { maxTokens };
  }
  dropUnknown(request, losses);
  if (temperature !== undefined && temperature > 1) losses.add("temperature", "clamped");
  return {
    maxTokens,
    temperature: temperature === undefined ? undefined : Math.min(1, temperature),
    topP,
  };
}

/** The caller's limit within the model's; without one the model's own default holds. */
function limit(
  { maxOutputTokens: asked }: NeutralRequest,
  { traits, losses }: EncodeScope,
): number | undefined {
  if (asked === undefined) return undefined;
  const fitting = Math.min(Math.max(1, asked), traits.maxOutputTokens ?? asked);
  if (fitting !== asked) losses.add("max_tokens", "clamped");
  return Math.max(1, fitting);
}

function dropSampling(request: NeutralRequest, losses: LossList): void {
  dropUnknown(request, losses);
  // 1 is the default of both, so leaving it out changes nothing.
  if (request.temperature !== undefined && request.temperature !== 1) losses.add("temperature", "dropped");
  if (request.topP !== undefined && request.topP !== 1) losses.add("top_p", "dropped");
}

function dropUnknown({ frequencyPenalty, presencePenalty, seed }: NeutralRequest, losses: LossList): void {
  if (frequencyPenalty !== undefined && frequencyPenalty !== 0) losses.add("frequency_penalty", "dropped");
  if (presencePenalty !== undefined && presencePenalty !== 0) losses.add("presence_penalty", "dropped");
  if (seed !== undefined) losses.add("seed", "dropped");
}

/** As much of a turn as the decision about reasoning looks at. */
function toMessagesTurn({ role, content }: WireMessage): MessagesTurn {
  const typeOf = (block: WireMessage["content"][number]) =>
    isReasoning(block) ? "thinking" : "toolResult" in block ? "tool_result" : "text";
  return { role, content: content.map((block) => ({ type: typeOf(block) })) };
}
