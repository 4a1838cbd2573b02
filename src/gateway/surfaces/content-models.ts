import type { KeyPlane } from "../../engine/plane.ts";
import { resolve } from "../../engine/resolve.ts";
import { invalid } from "../../wire/read-json.ts";
import type { PathMatch } from "../path-match.ts";
import { type VisibleModel, visibleModels } from "./visible-models.ts";

const defaultPage = 50;
const largestPage = 1000;

/**
 * `GET /v1beta/models` as Google answers it: `pageSize` (50 by default, at most 1,000) and `pageToken`.
 *
 * @throws PenstockError `invalid_request` for a token that is none.
 */
export function listContentModels(key: KeyPlane, match: PathMatch, request: Request): unknown {
  const query = new URL(request.url).searchParams;
  const models = visibleModels(key, match.provider);
  const asked = Math.trunc(Number(query.get("pageSize") ?? defaultPage));
  const size = asked > 0 ? Math.min(largestPage, asked) : defaultPage;
  const after = query.get("pageToken");
  const start =
    after === null || after === "" ? 0 : models.findIndex(({ id }) => id === fromToken(after)) + 1;
  if (start === 0 && after !== null && after !== "") invalid("pageToken", "is not one this list gave out");
  const page = models.slice(start, start + size);
  const last = start + size < models.length ? page.at(-1) : undefined;
  return { models: page.map(describe), ...(last !== undefined && { nextPageToken: toToken(last.id) }) };
}

/**
 * `GET /v1beta/models/{model}`, by any name a call may use.
 *
 * @throws PenstockError as `resolve` does.
 */
export function getContentModel(key: KeyPlane, match: PathMatch): unknown {
  const { target, name } = resolve({ key, model: match.model, provider: match.provider });
  return describe({ id: name, target });
}

const methods = {
  chat: ["generateContent", "countTokens"],
  embedding: ["embedContent", "batchEmbedContents"],
  other: [],
};

function describe({ id, target }: VisibleModel) {
  const { kind, displayName, contextTokens, traits } = target.model;
  return {
    name: `models/${id}`,
    version: "1",
    displayName: displayName ?? id,
    ...(contextTokens !== undefined && { inputTokenLimit: contextTokens }),
    ...(traits.maxOutputTokens !== undefined && { outputTokenLimit: traits.maxOutputTokens }),
    supportedGenerationMethods: methods[kind],
    ...(traits.reasoning !== undefined && traits.reasoning !== "none" && { thinking: true }),
  };
}

function toToken(id: string): string {
  return Buffer.from(id, "utf8").toString("base64url");
}

function fromToken(token: string): string {
  return Buffer.from(token, "base64url").toString("utf8");
}
