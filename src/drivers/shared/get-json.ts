import { PenstockError } from "../../errors/penstock-error.ts";
import { retryAfterMs } from "../../wire/retry-after.ts";
import type { DriverFetch } from "../driver.ts";
import { readBounded } from "./read-bounded.ts";
import type { VendorFailure } from "./vendor-failure.ts";

export interface GetJsonOptions {
  /** The provider's configured base URL; the credential is sent to its origin and nowhere else. */
  readonly baseUrl: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: DriverFetch;
  readonly signal: AbortSignal;
  /** JSON text to POST; absent: a GET. */
  readonly body?: string;
  /** Bytes; 4 MiB unless told. */
  readonly maxBytes?: number;
  /** Says of a 4xx answer whether it refuses the credential, for vendors that do not say so by the status. */
  readonly isRefusal?: IsRefusal;
}

/** Whether a 4xx answer refuses the credential itself; nothing of it is shown. */
export type IsRefusal = (answer: {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}) => boolean;

export type JsonAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly failure: VendorFailure };

const defaultMaxBytes = 4 * 1024 * 1024;
const refusalBytes = 64 * 1024;

/**
 * One GET (or POST) of a vendor's API, with bounded reading. Every failure is a value; of a refusing body nothing is read but what
 * `isRefusal` looks for.
 */
export async function getJson(options: GetJsonOptions): Promise<JsonAnswer> {
  const { url, baseUrl, headers, body, fetch, signal } = options;
  if (new URL(url).origin !== new URL(baseUrl).origin) return failed({ kind: "redirected" });
  try {
    // Whoever gave up while the call was prepared does not want it any more.
    signal.throwIfAborted();
    const json = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(url, {
      headers: { accept: "application/json", ...json, ...headers },
      signal,
      ...(body !== undefined && { method: "POST", body }),
    });
    const failure = failureOf(response);
    if (failure !== undefined) {
      if (!(await isRefused(response, options))) {
        await response.body?.cancel();
        return failed(failure);
      }
      return failed({ kind: "refused" });
    }
    const text = await readBounded(response, options.maxBytes ?? defaultMaxBytes);
    return text === undefined
      ? failed({ kind: "malformed", reason: "a body that is too long" })
      : parse(text);
  } catch (error) {
    const reason = error instanceof PenstockError ? error.message : undefined;
    return failed({ kind: "unreachable", reason });
  }
}

async function isRefused(response: Response, { isRefusal }: GetJsonOptions): Promise<boolean> {
  if (isRefusal === undefined || response.status < 400 || response.status >= 500) return false;
  const answer = parse((await readBounded(response, refusalBytes)) ?? "");
  const { status, headers } = response;
  return isRefusal({ status, headers, body: answer.ok ? answer.body : undefined });
}

function failureOf(response: Response): VendorFailure | undefined {
  const { status } = response;
  if (response.redirected || (status >= 300 && status < 400)) return { kind: "redirected" };
  if (response.ok) return undefined;
  if (status === 401) return { kind: "refused" };
  if (status === 403) return { kind: "forbidden" };
  if (status === 404 || status === 405 || status === 501) return { kind: "no_such_call" };
  if (status === 429) return { kind: "rate_limited", retryAfterMs: retryAfterMs(response.headers) };
  return { kind: "failed", status };
}

function parse(text: string): JsonAnswer {
  try {
    const body: unknown = JSON.parse(text);
    return { ok: true, body };
  } catch {
    return failed({ kind: "malformed", reason: "a body that is not JSON" });
  }
}

function failed(failure: VendorFailure): JsonAnswer {
  return { ok: false, failure };
}
