import type { Connector, ConnectorContext, Identity } from "../../connectors/connector.ts";
import type { DriverFetch } from "../../drivers/driver.ts";
import { readBounded } from "../../drivers/shared/read-bounded.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ConnectionFailure } from "../../storage/records/connection-record.ts";

/** Whose a credential is; `reason` is our own fixed text without a full stop. */
export type WhoAnswer =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly failure: ConnectionFailure; readonly reason: string };

const timeoutMs = 15_000;
const maxBytes = 256 * 1024;

/** Asks a service whose a credential is. Never throws for what the service or the network does. */
export async function askWho(
  connector: Connector,
  context: ConnectorContext,
  fetch: DriverFetch,
): Promise<WhoAnswer> {
  const { whoAmI } = connector;
  const method = whoAmI.method ?? "GET";
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(whoAmI.url(context.options), {
      method,
      headers: { accept: "application/json", ...connector.headers(context) },
      signal,
      ...(method === "POST" && { body: "" }),
    });
    const refusal = refusalOf(response);
    if (refusal !== undefined) {
      await response.body?.cancel();
      return refusal;
    }
    const text = await readBounded(response, maxBytes);
    if (text === undefined) return failed("failed", "the answer is too long");
    const identity = whoAmI.read({ headers: response.headers, body: parse(text) });
    if (identity === "refused") return failed("provider_refused", "the service does not take the credential");
    return identity === undefined
      ? failed("failed", "the answer is not that of this service")
      : { ok: true, identity };
  } catch (error) {
    return toFailure(error, signal);
  }
}

function refusalOf(response: Response): WhoAnswer | undefined {
  const { status } = response;
  if (response.redirected || (status >= 300 && status < 400))
    return failed("failed", "the URL answers with a redirect, and redirects are not followed");
  if (response.ok) return undefined;
  if (status === 401 || status === 403)
    return failed("provider_refused", "the service does not take the credential");
  const isTheirs = status >= 500 || status === 429;
  return failed(isTheirs ? "provider_unreachable" : "failed", `the service answered with status ${status}`);
}

const blocked: ReadonlySet<string> = new Set(["egress_refused", "connection_blocked"]);

function toFailure(error: unknown, signal: AbortSignal): WhoAnswer {
  if (error instanceof PenstockError && blocked.has(error.code)) {
    const reason = String(error.fields.reason ?? error.message).replace(/\.$/, "");
    return failed("blocked_by_network_policy", reason);
  }
  return failed(
    "provider_unreachable",
    signal.aborted ? `no answer within ${timeoutMs / 1000} s` : "no connection",
  );
}

function failed(failure: ConnectionFailure, reason: string): WhoAnswer {
  return { ok: false, failure, reason };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
