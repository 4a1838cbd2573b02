import type { Endpoint, PathMatch } from "./path-match.ts";

const verbs: Readonly<Record<string, Pick<PathMatch, "endpoint" | "stream">>> = {
  generateContent: { endpoint: "generate_content", stream: false },
  streamGenerateContent: { endpoint: "generate_content", stream: true },
  countTokens: { endpoint: "count_content_tokens" },
  embedContent: { endpoint: "embed_content" },
  batchEmbedContents: { endpoint: "batch_embed_contents" },
};

/** The version may stand twice: clients append it to a base URL that already ends with it. */
const call = /^(?:\/v1(?:alpha|beta)?){0,2}\/models\/(.+):([a-zA-Z]+)$/;
const list = /^(?:\/v1(?:alpha|beta)){1,2}\/models(?:\/(.+))?$/;

/** Paths of Google's API, which name model and verb: `/v1beta/models/{model}:{verb}`. Undefined: another path. */
export function matchContentPath(path: string): PathMatch | undefined {
  const [, model = "", verb = ""] = call.exec(path) ?? [];
  const meant = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (meant !== undefined) return { ...meant, ...readModel(model) };
  const found = list.exec(path);
  if (found === null) return undefined;
  const [, id] = found;
  const endpoint: Endpoint = id === undefined ? "content_models" : "content_model";
  return { endpoint, ...(id !== undefined && readModel(id)) };
}

/**
 * The model of a path. A plain slash is part of `provider-name/model-id`; an escaped one, a backslash or a step upwards
 * is refused, because a server behind us might read another path in it.
 */
function readModel(segment: string): Pick<PathMatch, "model" | "problem"> {
  const problem = "the model in the path must not hold escaped slashes, backslashes or `..`";
  try {
    const model = decodeURIComponent(segment);
    const steps = model.split("/");
    const hidden = /%2f|%5c/i.test(segment) || model.includes("\\") || /%2f|%5c|%2e/i.test(model);
    return hidden || steps.some((step) => step === "" || /^\.+$/.test(step)) ? { problem } : { model };
  } catch {
    return { problem };
  }
}
