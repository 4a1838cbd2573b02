import { PenstockError } from "../../errors/penstock-error.ts";
import { readField, scanTopLevel } from "../../wire/json/top-level.ts";
import type { Protocol } from "../../wire/protocol.ts";
import type { Call } from "../call.ts";
import type { KeyPlane, OrgPlane } from "../plane.ts";
import { WaitClock } from "../wait-clock.ts";
import type { ExplainRequest } from "./explain-call.ts";
import type { ExplainContext } from "./explain-parts.ts";

/** What somebody wants explained. */
export interface ExplainQuery {
  readonly org: OrgPlane;
  /** Undefined: a key that may do anything. */
  readonly key: KeyPlane | undefined;
  /** Undefined: the one the request names, else the org's default. */
  readonly model: string | undefined;
  /** A protocol, or `embeddings`: OpenAI's way to ask for vectors. */
  readonly surface: string;
  /** As a client would send it; undefined: only a name is explained. */
  readonly request: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly strict: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * The call that the query is about, as if it had arrived.
 *
 * @throws PenstockError `unprocessable` for an unknown surface, `model_missing`, `invalid_json` when the request is no object.
 */
export function explainedCall(context: ExplainContext, query: ExplainQuery): ExplainRequest {
  const { org, surface: named, request } = query;
  const embeds = named === "embeddings";
  const surface = surfaceOf(context, embeds ? "openai-chat" : named);
  const hasBody = request !== undefined;
  const body = new TextEncoder().encode(JSON.stringify(request ?? {}));
  const scan = scanTopLevel(body);
  const said = scan.fields.has("model") ? readField(body, scan, "model") : undefined;
  const fallback = embeds ? org.defaultEmbeddingModel : org.defaultModel;
  const model = query.model ?? (typeof said === "string" && said !== "" ? said : fallback);
  if (model === undefined) throw new PenstockError("model_missing", { param: "model" });
  const startedTick = context.tick();
  const call: Call = {
    ...{ requestId: "", startedAt: query.startedAt, startedTick, waits: new WaitClock(context.tick) },
    ...{ key: query.key ?? anyKey(org), surface, operation: embeds ? "embed" : "generate", body },
    ...{ provider: undefined, pathModel: model, pathStream: undefined, strict: query.strict },
    headers: new Headers(query.headers),
    signal: new AbortController().signal,
  };
  return { call, scan, model, hasBody };
}

/** Stands for whoever asks without naming a key; its id is empty. */
function anyKey(org: OrgPlane): KeyPlane {
  const config = {
    ...{ id: "", name: "", digest: "", carrier: "header" as const, scopes: ["gateway" as const] },
    ...{ allowedModels: undefined, strict: false, expiresAt: undefined },
  };
  return { config, org, allowedModels: undefined, limits: org.limits?.org && [org.limits.org] };
}

function surfaceOf({ protocols }: ExplainContext, named: string): Protocol {
  for (const protocol of protocols.values()) if (protocol.id === named) return protocol;
  const message = `must be one of ${[...protocols.keys(), "embeddings"].join(", ")}`;
  const problems = [{ path: "/surface", message }];
  throw new PenstockError("unprocessable", { problems, fields: { reason: `/surface: ${message}` } });
}
