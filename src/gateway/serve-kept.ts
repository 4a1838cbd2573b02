import type { Call } from "../engine/call.ts";
import { askKeeper } from "../engine/kept-answers/ask-keeper.ts";
import type { KeyPlane } from "../engine/plane.ts";
import { WaitClock } from "../engine/wait-clock.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { requestIdHeaders } from "./error-response.ts";
import type { Exchange } from "./exchange.ts";
import type { Endpoint } from "./path-match.ts";
import type { EdgeContext } from "./served-call.ts";
import { streamResponse } from "./stream-response.ts";

/** What of a query is for the vendor: clients may say their key in it, too. Source: OpenAI's API reference, "Responses". */
const passed: ReadonlySet<string> = new Set([
  ...["include", "include[]", "stream", "starting_after", "include_obfuscation"],
  ...["limit", "order", "after"],
]);

const parts: Partial<Record<Endpoint, string>> = {
  response_input_items: "/input_items",
  response_cancel: "/cancel",
};

/**
 * Answers what is asked of an answer that a vendor keeps.
 *
 * @throws PenstockError `not_found` when nobody knows of it, or it is not this caller's; `upstream_*`.
 */
export async function serveKept(context: EdgeContext, exchange: Exchange, key: KeyPlane): Promise<Response> {
  const { match, request, requestId, surface, startedTick } = exchange;
  const { id = "", endpoint } = match;
  const waits = new WaitClock(context.engine.tick);
  const call: Call = {
    ...{ requestId, waits, key, surface, startedAt: context.now(), startedTick },
    ...{ operation: "generate", body: new Uint8Array(), strict: false },
    ...{ provider: match.provider, pathModel: undefined, pathStream: undefined },
    ...{ headers: request.headers, signal: request.signal },
  };
  const method = request.method === "GET" || request.method === "DELETE" ? request.method : "POST";
  const query = new URLSearchParams(
    [...new URL(request.url).searchParams].filter(([name]) => passed.has(name)),
  );
  const part = parts[endpoint] ?? "";
  const outcome = await askKeeper(context.engine, call, { id, method, part, query });
  if (outcome === undefined) throw notKept(id);
  const headers = { ...outcome.headers, ...requestIdHeaders(requestId) };
  if (outcome.kind === "body") {
    exchange.end();
    return new Response(outcome.body, { headers: { ...headers, "content-type": "application/json" } });
  }
  exchange.beginStream();
  return streamResponse({
    source: outcome.source,
    headers: {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    },
    signal: request.signal,
    keepalive: surface.keepalive,
    keepaliveMs: context.keepaliveMs,
    watchdog: context.engine.watchdog,
    waits,
    exchange,
  });
}

function notKept(id: string): PenstockError {
  const what = `this gateway keeps no response with id '${id}', and knows of no provider that does. What providers keep is known until a restart, and read from the organization and by the keys that may use its model`;
  return new PenstockError("not_found", { fields: { what } });
}
