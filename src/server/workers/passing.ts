/**
 * What the primary answers for all, though a worker could for itself. Not `/healthz`: whoever asks that wants to know whether
 * this server answers at all.
 */
export function isForAll(url: string): "readyz" | "metrics" | undefined {
  // Every call is asked this; parsing its URL would cost more than the rest.
  if (!/\/(?:readyz|metrics)(?:[?#]|$)/.test(url)) return undefined;
  const path = URL.parse(url)?.pathname;
  return path === "/readyz" ? "readyz" : path === "/metrics" ? "metrics" : undefined;
}

/**
 * The seat of the worker that answers all requests with this `idempotency-key`: a retry joins what an earlier request began, and
 * that is in the memory of one worker. Undefined: any.
 */
export function homeOf({ method, headers, url }: Request, count: number): number | undefined {
  if (method !== "POST") return undefined;
  const key = headers.get("idempotency-key");
  // The REST API keeps its answers in the database.
  if (key === null || key === "" || /^https?:\/\/[^/]+\/api\//.test(url)) return undefined;
  return (Bun.hash.xxHash32(key) % count) + 1;
}
