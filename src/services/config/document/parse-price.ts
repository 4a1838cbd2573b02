import type { ConfigPrice, ConfigPriceTier } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";

const amounts = [
  ...(["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"] as const),
  ...(["input_audio", "output_audio"] as const),
] as const;
const tierKeys = ["service_tier", "above_input_tokens", ...amounts] as const;
const priceKeys = ["model", "provider", ...amounts, "tiers"] as const;

type Read = (key: (typeof tierKeys)[number]) => Value;

/** One entry of `prices`; undefined when it cannot be read (its problems are on the reader). */
export function parsePrice(reader: ConfigReader, value: Value): ConfigPrice | undefined {
  if (value.node === undefined) return reader.problem(value, "a price needs a `model`");
  const read = reader.object(value, priceKeys);
  if (!read) return undefined;
  const named = read("model");
  const model = named.node === undefined ? reader.problem(value, "`model` is missing") : reader.string(named);
  const provider = reader.string(read("provider"));
  // The price's own amounts are those of any request; `tiers` are for some.
  const tierRead: Read = (key) =>
    key === "service_tier" || key === "above_input_tokens" ? { ...value, node: undefined } : read(key);
  const base = readTier(reader, { value, read: tierRead });
  const others = reader.list(read("tiers")).flatMap((tier) => {
    const readOther = reader.object(tier, tierKeys);
    return (readOther && readTier(reader, { value: tier, read: readOther })) ?? [];
  });
  if (model === undefined || base === undefined) return undefined;
  const name = provider === undefined ? model : `${provider}/${model}`;
  return { pointer: value.pointer, name, model, provider, tiers: [base, ...others] };
}

function readTier(
  reader: ConfigReader,
  { value, read }: { readonly value: Value; readonly read: Read },
): ConfigPriceTier | undefined {
  const amount = (key: (typeof amounts)[number]) => reader.number(read(key), { min: 0, max: 1_000_000 });
  const [input, output] = [amount("input"), amount("output")];
  const tier = {
    serviceTier: reader.string(read("service_tier"))?.toLowerCase(),
    aboveInputTokens: reader.integer(read("above_input_tokens"), { min: 0, max: 1e12 }) ?? 0,
    cacheRead: amount("cache_read"),
    cacheWrite5m: amount("cache_write_5m"),
    cacheWrite1h: amount("cache_write_1h"),
    inputAudio: amount("input_audio"),
    outputAudio: amount("output_audio"),
  };
  if (input === undefined || output === undefined)
    return reader.problem(value, "a price needs `input` and `output`, in USD per million tokens");
  return { ...tier, input, output };
}
