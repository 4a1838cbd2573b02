import { PenstockError } from "../../errors/penstock-error.ts";
import type { DiscoveredModel, DriverFetch, ProbeResult, Upstream } from "../driver.ts";
import { getJson, type IsRefusal, type JsonAnswer } from "./get-json.ts";
import { readObject } from "./read-value.ts";
import { toProbeResult, toUpstreamError, type VendorFailure } from "./vendor-failure.ts";

/** How a vendor lists its models. URLs of further pages are built here from a cursor, never taken from an answer. */
export interface ModelList {
  /** The driver's id, for errors. */
  readonly driver: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Signs each request, as it signs the provider's calls. */
  readonly authorize?: Upstream["authorize"] | undefined;
  /** The URL of the page behind `cursor`; of the first page when it is undefined. */
  pageUrl(cursor: string | undefined): string;
  /** A smaller page to probe with, where there is one. */
  readonly probeUrl?: string;
  /** What a good answer to `probeUrl` looks like, where that is no list: lists that all may read prove nothing. */
  isProbe?(body: unknown): boolean;
  /** Says of a 4xx answer whether it refuses the credential; absent: only 401 does. */
  readonly isRefusal?: IsRefusal;
  /** One page; undefined when the body is no list of models. */
  readPage(body: unknown): ModelPage | undefined;
}

export interface ModelPage {
  readonly models: readonly DiscoveredModel[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

export interface ListLimits {
  readonly pages: number;
  readonly bytesPerPage: number;
  readonly milliseconds: number;
}

export const defaultLimits: ListLimits = {
  pages: 50,
  bytesPerPage: 4 * 1024 * 1024,
  milliseconds: 20_000,
};

export interface Asking {
  readonly fetch: DriverFetch;
  readonly signal: AbortSignal;
  readonly limits?: ListLimits;
}

/** All models of all pages, each id once. Throws `PenstockError` (`upstream_*`). */
export async function discoverByList(list: ModelList, asking: Asking): Promise<readonly DiscoveredModel[]> {
  const limits = asking.limits ?? defaultLimits;
  const deadline = AbortSignal.timeout(limits.milliseconds);
  const models = new Map<string, DiscoveredModel>();
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < limits.pages; page++) {
    const answer = await askPage({ list, asking, limits, deadline, url: list.pageUrl(cursor) });
    if (!answer.ok) throw toUpstreamError(answer.failure, list.driver);
    for (const model of answer.page?.models ?? []) models.set(model.id, model);
    cursor = answer.page?.next;
    if (cursor === undefined) return [...models.values()];
    if (seen.has(cursor)) throw endless(list);
    seen.add(cursor);
  }
  throw endless(list);
}

/** Whether the credential works, by one page of the list. Counts the models when that page is the only one. */
export async function probeByList(list: ModelList, asking: Asking): Promise<ProbeResult> {
  const limits = asking.limits ?? defaultLimits;
  const deadline = AbortSignal.timeout(limits.milliseconds);
  const answer = await askPage({
    list,
    asking,
    limits,
    deadline,
    url: list.probeUrl ?? list.pageUrl(undefined),
    isProbe: true,
  });
  if (!answer.ok) return toProbeResult(answer.failure);
  if (answer.page === undefined) return { status: "valid", models: undefined };
  return { status: "valid", models: answer.page.next === undefined ? answer.page.models.length : undefined };
}

interface PageQuestion {
  readonly list: ModelList;
  readonly asking: Asking;
  readonly limits: ListLimits;
  readonly deadline: AbortSignal;
  readonly url: string;
  readonly isProbe?: boolean;
}

/** Without a page when the probe's answer is no list. */
type PageAnswer =
  | { readonly ok: true; readonly page: ModelPage | undefined }
  | { readonly ok: false; readonly failure: VendorFailure };

async function askPage({
  list,
  asking,
  limits,
  deadline,
  url,
  isProbe = false,
}: PageQuestion): Promise<PageAnswer> {
  const signal = AbortSignal.any([asking.signal, deadline]);
  const ask = async (): Promise<SignedAnswer> => {
    const signed = await signedHeaders(list, { url, fetch: asking.fetch });
    if (signed instanceof PenstockError)
      return { ok: false, failure: { kind: "unsigned", error: signed }, signed: {} };
    const answer = await getJson({
      baseUrl: list.baseUrl,
      url,
      headers: signed,
      fetch: asking.fetch,
      signal,
      maxBytes: limits.bytesPerPage,
      ...(list.isRefusal !== undefined && { isRefusal: list.isRefusal }),
    });
    return { ...answer, signed };
  };
  let answer = await ask();
  const isRefused = !answer.ok && answer.failure.kind === "refused";
  if (isRefused && list.authorize?.refused?.(answer.signed) === true) answer = await ask();
  if (!answer.ok) {
    const timedOut = deadline.aborted && !asking.signal.aborted && answer.failure.kind === "unreachable";
    return timedOut
      ? { ok: false, failure: { kind: "timeout", seconds: limits.milliseconds / 1000 } }
      : answer;
  }
  if (isProbe && list.isProbe?.(answer.body) === true) return { ok: true, page: undefined };
  const page = isProbe && list.isProbe !== undefined ? undefined : list.readPage(answer.body);
  if (page !== undefined) return { ok: true, page };
  const reason =
    readObject(answer.body) === undefined ? "a body of another kind" : "a body without a list of models";
  return { ok: false, failure: { kind: "malformed", reason } };
}

/** An answer with the headers that asked for it. */
type SignedAnswer = JsonAnswer & { readonly signed: Readonly<Record<string, string>> };

async function signedHeaders(
  { headers, authorize }: ModelList,
  { url, fetch }: { readonly url: string; readonly fetch: DriverFetch },
): Promise<Readonly<Record<string, string>> | PenstockError> {
  try {
    return { ...headers, ...(await authorize?.({ method: "GET", url, headers, body: "" }, fetch)) };
  } catch (error) {
    if (error instanceof PenstockError) return error;
    throw error;
  }
}

function endless(list: ModelList): Error {
  return toUpstreamError({ kind: "malformed", reason: "a list of models without an end" }, list.driver);
}
