import type { KeyPlane } from "../../engine/plane.ts";
import { resolve } from "../../engine/resolve.ts";
import type { PathMatch } from "../path-match.ts";
import { type VisibleModel, visibleModels } from "./visible-models.ts";

/** The models a key may use, in the shape of the client's dialect. */
export function listModels(key: KeyPlane, match: PathMatch, request: Request): unknown {
  const models = visibleModels(key, match.provider);
  return isAnthropic(request)
    ? anthropicPage(models, new URL(request.url).searchParams)
    : { object: "list", data: models.map(openAiModel) };
}

/**
 * One model by any name a call may use.
 *
 * @throws PenstockError as `resolve` does.
 */
export function getModel(key: KeyPlane, match: PathMatch, request: Request): unknown {
  const { target, name } = resolve({ key, model: match.model, provider: match.provider });
  const model = { id: name, target };
  return isAnthropic(request) ? anthropicModel(model) : openAiModel(model);
}

/** Anthropic's clients are told from OpenAI's by the version header, which the former always send. */
function isAnthropic(request: Request): boolean {
  return request.headers.has("anthropic-version");
}

function openAiModel({ id, target }: VisibleModel) {
  return {
    id,
    object: "model",
    created: Math.floor(target.model.createdAt / 1000),
    owned_by: target.provider.config.name,
  };
}

function anthropicModel({ id, target }: VisibleModel) {
  const { model } = target;
  return {
    type: "model",
    id,
    display_name: model.displayName ?? id,
    created_at: new Date(model.createdAt).toISOString(),
    ...(model.contextTokens !== undefined && { max_input_tokens: model.contextTokens }),
    ...(model.traits.maxOutputTokens !== undefined && { max_tokens: model.traits.maxOutputTokens }),
  };
}

/** Anthropic's cursor pagination: `limit` (20 by default, at most 1,000), `after_id`, `before_id`. */
function anthropicPage(models: readonly VisibleModel[], query: URLSearchParams): unknown {
  const limit = Math.min(1000, Math.max(1, Math.trunc(Number(query.get("limit") ?? 20)) || 20));
  const after = models.findIndex(({ id }) => id === query.get("after_id"));
  const before = models.findIndex(({ id }) => id === query.get("before_id"));
  const candidates = before === -1 ? models.slice(after + 1) : models.slice(0, before);
  const page = before === -1 ? candidates.slice(0, limit) : candidates.slice(-limit);
  return {
    data: page.map(anthropicModel),
    has_more: page.length < candidates.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
