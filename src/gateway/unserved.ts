import type { PathMatch } from "./path-match.ts";

/** Parts of the vendors' APIs that their official clients know and this gateway has none of, as paths name them. */
const apis: ReadonlySet<string> = new Set([
  "assistants",
  "audio",
  "batches",
  "cachedContents",
  "completions",
  "containers",
  "conversations",
  "evals",
  "files",
  "fileSearchStores",
  "fine_tuning",
  "images",
  "interactions",
  "moderations",
  "operations",
  "realtime",
  "skills",
  "threads",
  "tunedModels",
  "uploads",
  "vector_stores",
  "videos",
]);

const served = "it serves chat completions, responses, messages, generateContent, embeddings and model lists";

/** What is said of a path that leads nowhere. Names of known APIs only: a path may hold secrets. */
export function unservedWhat(path: string): string {
  const api = path.split("/").find((step, i, steps) => apis.has(step) && steps[i - 1] !== "chat");
  return api === undefined
    ? "the gateway has no such path"
    : `the gateway has no \`${api}\`: ${served}. Use the vendor's own endpoint for it`;
}

/** What is said of Google's methods of a model, such as `:batchGenerateContent`, that are not served. */
export const unservedVerb =
  "the gateway has no such method of a model: it serves generateContent, streamGenerateContent, countTokens, embedContent and batchEmbedContents";

/** Whether the path asks for a method of a model, though read as a model's name, which may hold a colon, too. */
export function isUnservedVerb({ endpoint, model }: PathMatch): boolean {
  return endpoint === "content_model" && /:[a-z][A-Za-z]+$/.test(model ?? "");
}
