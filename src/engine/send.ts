import type { DriverFetch, Upstream, UpstreamCall } from "../drivers/driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { Call } from "./call.ts";
import { type Abort, CallAbort, type StopSignal } from "./call-abort.ts";
import type { EngineContext, Transport, TransportInit } from "./engine-context.ts";
import type { ProviderPlane } from "./plane.ts";
import { asResponse, type UpstreamAnswer } from "./upstream-answer.ts";
import { upstreamFailure } from "./upstream-failure.ts";
import type { WaitClock } from "./wait-clock.ts";
import type { Watch } from "./watchdog.ts";

/** Bytes of a failed answer that are read to find out why. */
const errorBodyLimit = 64 * 1024;

/** A vendor's answer that has begun well (2xx), with what is needed to end it at any time. */
export interface Answer {
  readonly response: UpstreamAnswer;
  readonly abort: Abort;
  /** Expires when the vendor is silent for too long. */
  readonly silence: Watch;
  /** Runs while the vendor is waited for. */
  readonly waits: WaitClock;
}

export interface SendRequest {
  readonly call: Call;
  readonly provider: ProviderPlane;
  readonly upstream: Upstream;
  readonly wire: Protocol;
  readonly upstreamCall: UpstreamCall;
  readonly body: Uint8Array | string;
  /** In place of a POST to where the upstream answers such calls; a GET or DELETE has no body. */
  readonly at?: { readonly method: "GET" | "POST" | "DELETE"; readonly url: string };
  /** Milliseconds it has until its first byte. */
  readonly firstByteMs: number;
}

/**
 * Calls the vendor once and waits for its response headers.
 *
 * @throws PenstockError `upstream_*`: unreachable, timeout, or the vendor's own failure with its status kept.
 * @throws ClientGone when the client left meanwhile.
 */
export async function send(context: EngineContext, request: SendRequest): Promise<Answer> {
  const { call, provider, upstream, at } = request;
  const url = at === undefined ? upstream.url(request.upstreamCall) : at.url;
  if (url === undefined) {
    throw new PenstockError("operation_unsupported", {
      fields: { operation: request.upstreamCall.operation, provider: provider.config.name },
    });
  }
  const { waits } = call;
  const abort = new CallAbort(call.signal, provider.config.name);
  const silence = context.watchdog.watch(request.firstByteMs, abort);
  try {
    const init = outgoing(request, abort);
    // Most keys are headers that never change: no step of its own for them.
    if (upstream.authorize !== undefined) await sign(context, { request, url, init });
    let response = await waits.during(context.transport(url, init));
    if (response.status === 401 && upstream.authorize?.refused?.(init.headers) === true) {
      await response.body?.cancel();
      await sign(context, { request, url, init });
      response = await waits.during(context.transport(url, init));
    }
    if (response.ok) return { response, abort, silence, waits };
    const text = await waits.during(readLimited(response, errorBodyLimit));
    throw upstreamFailure(
      request.wire.decodeError(response.status, response.headers, text),
      provider,
      response.headers,
    );
  } catch (error) {
    silence.stop();
    abort.release();
    throw failureOf(error, abort, provider);
  }
}

function outgoing({ call, provider, upstream, body, at }: SendRequest, signal: StopSignal): TransportInit {
  const headers = outgoingHeaders(upstream, call.headers);
  const connectMs = provider.config.timeouts?.connectMs;
  const method = at === undefined ? "POST" : at.method;
  return method === "POST"
    ? { method, headers, body, signal, redirect: "manual", connectMs }
    : { method, headers, signal, redirect: "manual", connectMs };
}

/** Adds the headers that sign a call. */
async function sign(
  context: EngineContext,
  { request, url, init }: { request: SendRequest; url: string; init: TransportInit },
): Promise<void> {
  const { call, provider, upstream, body } = request;
  const { method, headers } = init;
  const fetch = driverFetch((to, how) => call.waits.during(context.transport(to, how)), provider);
  Object.assign(headers, await upstream.authorize?.({ method, url, headers, body }, fetch));
}

/** The client went away; there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}

/** What a rejected fetch or read means. */
export function failureOf(error: unknown, abort: Abort, provider: ProviderPlane): PenstockError | ClientGone {
  const reason = abort.ended;
  if (reason === "client") return new ClientGone();
  if (reason !== undefined) return reason;
  if (error instanceof PenstockError) return named(error, provider);
  return new PenstockError("upstream_unreachable", {
    fields: { provider: provider.config.name },
    cause: error,
  });
}

/** Translators and what gets tokens know the failure but not whose it is. */
function named(error: PenstockError, provider: ProviderPlane): PenstockError {
  const isProviders = error.code.startsWith("upstream_") || error.code === "provider_misconfigured";
  if (error.fields.provider !== undefined || !isProviders) return error;
  return new PenstockError(error.code, {
    fields: { ...error.fields, provider: provider.config.name },
    status: error.status,
    cause: error,
  });
}

/** The vendors' transport, as drivers know it: for hosts that the org's admins allow. */
function driverFetch(transport: Transport, { allowsHost }: ProviderPlane): DriverFetch {
  return async (url, { method = "GET", headers, ...init }) => {
    const host = URL.parse(url)?.hostname ?? "";
    if (!allowsHost(host)) throw new PenstockError("host_not_allowed", { fields: { host } });
    return asResponse(await transport(url, { ...init, method, headers: { ...headers }, redirect: "manual" }));
  };
}

/** What every call of an upstream is sent with; frozen, so that the transport need not check it again. */
const fixedHeaders = new WeakMap<Upstream, Record<string, string>>();

function outgoingHeaders(upstream: Upstream, client: Headers): Record<string, string> {
  let headers: Record<string, string> | undefined;
  for (const name of upstream.forwardedHeaders) {
    const value = client.get(name);
    if (value === null) continue;
    headers ??= ownHeaders(upstream);
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  if (headers !== undefined) return headers;
  // Signing adds to them.
  if (upstream.authorize !== undefined) return ownHeaders(upstream);
  headers = fixedHeaders.get(upstream);
  if (headers === undefined) {
    headers = Object.freeze(ownHeaders(upstream));
    fixedHeaders.set(upstream, headers);
  }
  return headers;
}

function ownHeaders(upstream: Upstream): Record<string, string> {
  return { ...upstream.headers, "content-type": "application/json" };
}

/** At most `limit` bytes of a body as text; an unreadable body is an empty one. */
async function readLimited(response: UpstreamAnswer, limit: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    while (size < limit) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
    }
    reader.cancel().catch(() => {});
  } catch {
    // The status alone says enough.
  }
  return Buffer.concat(chunks).toString("utf8", 0, limit);
}
