import type { PriceTier } from "../../plane/snapshot.ts";
import type { DiscoveredModel } from "../driver.ts";
import { readChatModels } from "./chat-models.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readObject, readText } from "./read-value.ts";

/** USD per million tokens above which a listed price is taken for a mistake of units. */
const highest = 10_000;

/** Names of the fields of an entry's `pricing`, each a text: USD per token. */
export interface PriceNames {
  readonly input: string;
  readonly output: string;
}

/** A page of a chat-completions server's list whose entries have a `pricing` in USD per token. */
export function readPricedModels(names: PriceNames): (body: unknown) => ModelPage | undefined {
  return (body) => {
    const page = readChatModels(body);
    if (page === undefined) return undefined;
    const entries = (readArray(readObject(body)?.data) ?? []).map(readObject);
    const prices = new Map(entries.map((entry) => [readText(entry?.id), readPrices(entry?.pricing, names)]));
    return { ...page, models: page.models.map((model) => priced(model, prices.get(model.id))) };
  };
}

function priced(model: DiscoveredModel, prices: readonly PriceTier[] | undefined): DiscoveredModel {
  return prices === undefined ? model : { ...model, facts: { ...model.facts, prices } };
}

/** One tier; undefined when input or output has no price, or the price depends on what is chosen (-1). */
function readPrices(value: unknown, names: PriceNames): readonly PriceTier[] | undefined {
  const pricing = readObject(value);
  const of = (name: string) => perMillion(pricing?.[name]);
  const input = of(names.input);
  const output = of(names.output);
  if (input === undefined || output === undefined) return undefined;
  return [
    {
      aboveInputTokens: 0,
      input,
      output,
      cacheRead: of("input_cache_read"),
      cacheWrite5m: of("input_cache_write"),
      cacheWrite1h: undefined,
      inputAudio: of("audio"),
      outputAudio: undefined,
    },
  ];
}

function perMillion(value: unknown): number | undefined {
  const text = readText(value);
  const perToken = text === undefined ? Number.NaN : Number(text);
  // As decimals: 0.0000025 a token is 2.5 and not 2.4999999999999996.
  const price = Number((perToken * 1e6).toPrecision(12));
  return price >= 0 && price <= highest ? price : undefined;
}
