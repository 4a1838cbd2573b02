import type { DiscoveredModel, DriverFetch } from "../driver.ts";
import { joinUrl } from "./base-url.ts";
import { type GetJsonOptions, getJson } from "./get-json.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readCount, readObject, readText } from "./read-value.ts";

/** Models whose details are asked for one by one; a server with more keeps what its list says. */
const maxShown = 200;
/** Details asked for at the same time. */
const width = 4;
/** Bytes of one model's details: licences and vocabularies are part of them. */
const maxShowBytes = 8 * 1024 * 1024;

/** `GET /api/tags`: all models of the server, not paginated. */
export function readTags(body: unknown): ModelPage | undefined {
  const models = readArray(readObject(body)?.models);
  if (models === undefined) return undefined;
  return { models: models.map(readTag).filter((model) => model !== undefined), next: undefined };
}

/** `GET /api/version`. It counts no models, so that more are said to follow. */
export function readVersion(body: unknown): ModelPage | undefined {
  return readText(readObject(body)?.version) === undefined ? undefined : { models: [], next: "tags" };
}

function readTag(value: unknown): DiscoveredModel | undefined {
  const tag = readObject(value);
  const id = readText(tag?.name) ?? readText(tag?.model);
  if (tag === undefined || id === undefined) return undefined;
  const context = readCount(readObject(tag.details)?.context_length);
  return {
    id,
    ...factsOf(id, readArray(tag.capabilities)),
    ...(context !== undefined && { contextTokens: context }),
  };
}

/** How to ask for a model's details. */
export interface ShowOptions extends Pick<GetJsonOptions, "baseUrl" | "headers" | "signal"> {
  readonly fetch: DriverFetch;
}

/** The models with what `POST /api/show` says of each; one that cannot be asked keeps what is known. */
export async function showModels(
  models: readonly DiscoveredModel[],
  options: ShowOptions,
): Promise<readonly DiscoveredModel[]> {
  const shown = [...models];
  const waiting = models.slice(0, maxShown).map((model, i) => ({ model, i }));
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (options.signal.aborted) return;
      shown[next.i] = await showModel(next.model, options);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return shown;
}

async function showModel(model: DiscoveredModel, options: ShowOptions): Promise<DiscoveredModel> {
  const answer = await getJson({
    ...options,
    url: joinUrl(options.baseUrl, "/api/show"),
    body: JSON.stringify({ model: model.id }),
    maxBytes: maxShowBytes,
  });
  const details = answer.ok ? readObject(answer.body) : undefined;
  const capabilities = readArray(details?.capabilities);
  if (details === undefined || capabilities === undefined) return model;
  const info = readObject(details.model_info);
  const architecture = readText(info?.["general.architecture"]);
  const context =
    architecture === undefined ? undefined : readCount(info?.[`${architecture}.context_length`]);
  return {
    ...model,
    ...factsOf(model.id, capabilities),
    ...(context !== undefined && { contextTokens: context }),
  };
}

/** What capabilities say; older servers have none to tell, and then the name does. */
function factsOf(
  id: string,
  capabilities: readonly unknown[] | undefined,
): Pick<DiscoveredModel, "kind" | "traits" | "facts"> {
  if (capabilities === undefined) return { kind: /embed|\bbge\b|minilm/i.test(id) ? "embedding" : "chat" };
  if (!capabilities.includes("completion")) {
    return { kind: capabilities.includes("embedding") ? "embedding" : "other" };
  }
  const sees = capabilities.includes("vision");
  const facts = { input: sees ? (["text", "image"] as const) : (["text"] as const) };
  // gpt-oss thinks always, and by three levels. Source: docs/capabilities/thinking.mdx of ollama/ollama.
  if (/^gpt-oss\b/i.test(id.split("/").at(-1) ?? "")) {
    return {
      kind: "chat",
      facts,
      traits: { reasoning: "effort", efforts: ["low", "medium", "high"], alwaysReasons: true },
    };
  }
  return {
    kind: "chat",
    facts,
    traits: { reasoning: capabilities.includes("thinking") ? "effort" : "none" },
  };
}
