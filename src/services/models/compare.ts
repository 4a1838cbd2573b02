import type { PriceTier } from "../../plane/snapshot.ts";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { ServedModel } from "../bindings/served-names.ts";
import type { ServiceContext } from "../service-context.ts";
import { knownOf } from "./known-of.ts";

/** What differs for those who move from one model to another. */
export interface ModelComparison {
  readonly contextTokens: Change<number>;
  readonly maxOutputTokens: Change<number>;
  /** USD per million tokens, at the lowest tier. */
  readonly inputPrice: Change<number>;
  /** USD per million tokens, at the lowest tier. */
  readonly outputPrice: Change<number>;
  /** Features the first model has and the second is known to lack, e.g. `structured_output`. */
  readonly lost: readonly string[];
  /** Features only the second one has. */
  readonly gained: readonly string[];
}

/** Undefined: not known. */
export interface Change<T> {
  readonly from: T | undefined;
  readonly to: T | undefined;
}

/** Compares two models by what the catalog, discovery and the admins say of them. */
export function compareModels(ctx: ServiceContext, from: ServedModel, to: ServedModel): ModelComparison {
  const before = factsOf(ctx, from);
  const after = factsOf(ctx, to);
  const features = Object.entries(featureTests);
  const differing = (a: ModelTraits, b: ModelTraits) =>
    features.filter(([, has]) => has(a) === true && has(b) === false).map(([name]) => name);
  return {
    contextTokens: { from: before.contextTokens, to: after.contextTokens },
    maxOutputTokens: { from: before.traits.maxOutputTokens, to: after.traits.maxOutputTokens },
    inputPrice: { from: before.price?.input, to: after.price?.input },
    outputPrice: { from: before.price?.output, to: after.price?.output },
    lost: differing(before.traits, after.traits),
    gained: differing(after.traits, before.traits),
  };
}

/** Undefined where nothing is known of it: then it is neither lost nor gained. */
const featureTests: Readonly<Record<string, (traits: ModelTraits) => boolean | undefined>> = {
  reasoning: ({ reasoning }) => (reasoning === undefined ? undefined : reasoning !== "none"),
  sampling: ({ sampling }) => sampling,
  forced_tool_choice: ({ forcedToolChoice }) => forcedToolChoice,
  prefill: ({ prefill }) => prefill,
  structured_output: ({ structuredOutput }) => structuredOutput,
  structured_output_with_tools: ({ structuredOutputWithTools }) => structuredOutputWithTools,
  media_in_tool_results: ({ mediaInToolResults }) => mediaInToolResults,
  system_prompt: ({ systemPrompt }) => systemPrompt,
  mid_conversation_system: ({ midConversationSystem }) => midConversationSystem,
  cache_markers: ({ cacheMarkers }) => cacheMarkers,
};

function factsOf(
  ctx: ServiceContext,
  { model, provider }: ServedModel,
): {
  readonly contextTokens: number | undefined;
  readonly traits: ModelTraits;
  readonly price: PriceTier | undefined;
} {
  const known = knownOf(ctx, { model, provider });
  const defaults = ctx.drivers.get(provider.driver)?.defaultTraits;
  return {
    contextTokens: known.contextTokens,
    traits: { ...defaults, ...known.traits },
    price: known.prices[0],
  };
}
