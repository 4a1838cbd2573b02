import type { Upstream } from "../../drivers/driver.ts";
import { scanTopLevel } from "../../wire/json/top-level.ts";
import type { Usage } from "../../wire/neutral/usage.ts";
import { addVendorLimits } from "../admit/own-limits.ts";
import { isStream, parseAnswer, readWhole } from "../answer-body.ts";
import type { Call, Outcome } from "../call.ts";
import type { EngineContext } from "../engine-context.ts";
import { Meter } from "../meter.ts";
import type { Target } from "../plane.ts";
import { RelaySource } from "../relay-source.ts";
import { mayUse } from "../resolve.ts";
import { type Answer, send } from "../send.ts";
import { answerUrl } from "./answer-url.ts";

/** What a client asks of an answer that its vendor keeps. */
export interface KeeperRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly id: string;
  /** Behind the id in the path, with a slash; empty for the answer itself. */
  readonly part: string;
  /** What of the client's query is for the vendor. */
  readonly query: URLSearchParams;
}

/**
 * Passes a request about an answer on to the vendor that keeps it; undefined when this gateway does not know which one that
 * is, or the caller has no business with it. Costs nothing, but for the first look at an answer that was made in the background.
 *
 * @throws PenstockError `upstream_*`, `provider_misconfigured`; `ClientGone`.
 */
export async function askKeeper(
  context: EngineContext,
  call: Call,
  asked: KeeperRequest,
): Promise<Outcome | undefined> {
  const name = { orgId: call.key.org.id, id: asked.id };
  const kept = await context.keptAnswers.find(name);
  const target = kept && targetOf(call, kept);
  if (target === undefined) return undefined;
  const { provider, model } = target;
  const upstreamCall = { operation: "generate", model: model.wireId, stream: false } as const;
  const upstream = upstreamOf(target, call);
  const base = upstream?.url(upstreamCall);
  if (upstream === undefined || base === undefined) return undefined;
  const answer = await send(context, {
    ...{ call, provider, upstream, upstreamCall, wire: call.surface, body: "" },
    at: { method: asked.method, url: answerUrl(base, asked) },
    firstByteMs: provider.config.timeouts?.firstByteMs ?? context.timeouts.firstByte,
  });
  const headers: Record<string, string> = {
    "x-penstock-provider": provider.config.name,
    "x-penstock-model": model.wireId,
  };
  addVendorLimits(headers, answer.response.headers);
  if (isStream(answer.response, call.surface))
    return { kind: "stream", headers, source: streamOf({ context, call, target, answer }) };
  const body = await readWhole(answer, provider);
  if (asked.method === "DELETE") context.keptAnswers.forget(name);
  else if (asked.part !== "/input_items") await enter(parseAnswer(body, provider));
  return { kind: "body", headers, body };

  /** The usage of an answer that was made in the background, once. */
  async function enter(told: object): Promise<void> {
    if (target === undefined || call.surface.keptOf?.(told)?.done !== true) return;
    const usage = call.surface.readUsage(told);
    if (usage === undefined || !(await context.keptAnswers.close(name))) return;
    await enterUsage({ context, call, target, usage });
  }
}

/** The model that made it, if the key made it itself or may use that model. */
function targetOf(
  { key, provider }: Call,
  {
    keyId,
    modelId,
    providerId,
  }: { readonly keyId: string; readonly modelId: string; readonly providerId: string },
): Target | undefined {
  for (const target of key.org.byQualifiedName.values()) {
    const { config } = target.provider;
    if (target.model.id !== modelId || config.id !== providerId) continue;
    const scoped = provider === undefined || provider.toLowerCase() === config.name.toLowerCase();
    return scoped && (keyId === key.config.id || mayUse(key, target)) ? target : undefined;
  }
  return undefined;
}

function upstreamOf({ provider }: Target, { surface }: Call): Upstream | undefined {
  const speaks = provider.driver?.protocols.includes(surface.id) === true;
  return speaks && provider.misconfigured === undefined ? provider.upstream(surface.id) : undefined;
}

interface Told {
  readonly context: EngineContext;
  readonly call: Call;
  readonly target: Target;
}

/** Read again, a stream is on nobody's books. */
function streamOf({ context, call, target, answer }: Told & { readonly answer: Answer }): RelaySource {
  const { surface, requestId } = call;
  const meter = new Meter({ ...context, usage: { add: () => {} } }, call);
  const created = Math.floor(call.startedAt / 1000);
  return new RelaySource(
    {
      ...{ requestId, surface, wire: surface, target, answer, meter, toolNames: undefined },
      answerContext: { requestId, created, model: target.model.wireId, includeUsage: true },
      idle: target.provider.config.timeouts?.idleMs ?? context.timeouts.idle,
    },
    false,
  );
}

/** A call's usage that became known only now; limits that are used up do not undo it. */
async function enterUsage({ context, call, target, usage }: Told & { readonly usage: Usage }): Promise<void> {
  const meter = new Meter(context, call);
  const { wireId } = target.model;
  meter.target = target;
  meter.requestedModel = wireId;
  meter.protocol = call.surface.id;
  meter.passthrough = true;
  const body = Buffer.from(JSON.stringify({ model: wireId, max_output_tokens: 1 }));
  const scan = scanTopLevel(body);
  const resolution = {
    ...{ candidates: [{ target, weight: 1 }], target, by: "model_id" as const, route: undefined },
    ...{ name: wireId, defaulted: false },
  } as const;
  const routed = { scan, resolution, stream: false };
  try {
    const lease = await context.admission?.admit({ call: { ...call, body }, routed, target, attempt: 1 });
    if (lease !== undefined) meter.hold(lease);
  } catch {
    // What was used was used: the books are right without the limits.
  }
  meter.called();
  meter.usage = usage;
  meter.completed();
}
