/**
 * Who made the models whose names begin so, where the id itself does not say. Sellers' own ids (`claude-…` at four
 * vendors) carry the maker in the model's name.
 */
const makers: readonly (readonly [RegExp, string])[] = [
  [/^claude-/, "anthropic"],
  [/^(gpt-|chatgpt-|o[1-9](-|$)|text-embedding-|dall-e-|whisper-|tts-|codex-|davinci|babbage)/, "openai"],
  [/^(gemini-|gemma-|text-embedding-00|embedding-001)/, "google"],
  [/^(llama-|muse-)/, "meta"],
  [/^(mistral-|ministral-|mixtral-|magistral-|codestral-|devstral-|pixtral-|voxtral-|open-mi)/, "mistral"],
  [/^(qwen|qwq-|qvq-)/, "qwen"],
  [/^deepseek-/, "deepseek"],
  [/^grok-/, "xai"],
  [/^(kimi-|moonshot-)/, "moonshot"],
  [/^(glm-)/, "zai"],
  [/^(nova-|titan-)/, "amazon"],
  [/^(command-|embed-(english|multilingual|v\d)|c4ai-|aya-)/, "cohere"],
  [/^(phi-|mai-)/, "microsoft"],
  [/^minimax-/, "minimax"],
  [/^jamba-/, "ai21"],
];

/** Other names of the same maker in ids with a prefix. */
const makerNames: Readonly<Record<string, string>> = {
  "meta-llama": "meta",
  mistralai: "mistral",
  moonshotai: "moonshot",
  "x-ai": "xai",
  "z-ai": "zai",
  "zai-org": "zai",
  "deepseek-ai": "deepseek",
  "google-vertex": "google",
  minimaxai: "minimax",
};

/** Prefixes that tell where a model runs, not what it is. */
const places: readonly RegExp[] = [
  /^arn:[^/]*\//,
  /^accounts\/[^/]+\/(?:models|routers|deployments)\//,
  /^models\//,
  /^@(?:cf|hf)\//,
  /^(?:us|eu|apac|au|jp|ca|us-gov|global)\.(?=[a-z0-9]+\.)/,
];

/**
 * What a model is, whoever serves it: `maker/model`, e.g. `anthropic/claude-sonnet-4-5` for the ids of Anthropic, Bedrock,
 * OpenRouter and others alike. Dates, revisions, regions and spellings of version numbers are left out. Undefined when
 * the id does not say who made it: then nothing is known to be the same model but the same id.
 */
export function profileKeyOf(wireId: string): string | undefined {
  let id = wireId.toLowerCase();
  for (const place of places) id = id.replace(place, "");
  const prefixed = /^([a-z0-9_-]+)[./](?=[a-z])(.+)$/.exec(id);
  const name = modelName(prefixed?.[2] ?? id);
  if (name === "") return undefined;
  // The name counts before the prefix: a seller's prefix (`azure/gpt-5`) is not the maker.
  const maker = makers.find(([pattern]) => pattern.test(name))?.[1] ?? prefixed?.[1];
  return maker === undefined ? undefined : `${makerNames[maker] ?? maker}/${name}`;
}

function modelName(id: string): string {
  const last = id.split("/").at(-1) ?? id;
  return (
    last
      // `:free`, `:0`, `@20250929`, `[1m]`
      .replace(/\[[^\]]*\]$/, "")
      .replace(/-v?\d+:\d+$/, "")
      .replace(/[:@].*$/, "")
      .replace(/-v\d+$/, "")
      // `llama3-3`, `llama-v3p3`
      .replace(/^llama-?v?(?=\d)/, "llama-")
      .replace(/-(?:latest|instruct|it|hf)$/, "")
      .replace(/(?<=^gemini-.*)-preview$/, "")
      .replace(/-(?:20\d{6}|20\d\d-\d\d-\d\d|\d\d-20\d\d|\d\d-\d\d)$/, "")
      .replace(/-(?:latest|instruct|it|hf)$/, "")
      .replace(/(?<=^gemini-.*)-preview$/, "")
      .replace(/(?<=\d)[._p](?=\d)/g, "-")
  );
}
