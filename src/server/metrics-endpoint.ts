import type { Exposition } from "../metrics/exposition.ts";
import type { ServerFacts } from "../metrics/server-facts.ts";
import type { TrafficMetrics } from "../metrics/traffic-metrics.ts";
import { type AccessOptions, refuseMetrics } from "./metrics-access.ts";

export interface MetricsEndpointOptions extends Omit<AccessOptions, "socket"> {
  readonly traffic: TrafficMetrics;
  readonly facts: ServerFacts;
  /** Adds to this process's text what others have to tell. */
  readonly merge?: ((own: string) => Promise<string>) | undefined;
}

/** Answers `GET /metrics`; undefined for every other path, and for this one when metrics are off. */
export type MetricsEndpoint = (
  request: Request,
  socket: () => string | undefined,
) => Promise<Response> | undefined;

const path = /^https?:\/\/[^/?#]+\/metrics(?:\?|$)/;

/** The endpoint of one server. Scrapes at the same moment share one answer. */
export function createMetricsEndpoint(options: MetricsEndpointOptions): MetricsEndpoint {
  // Loaded when it is first asked for: who does not scrape does not keep it in memory.
  let exposition: Promise<Exposition> | undefined;
  let reading: Promise<string> | undefined;

  const load = async () => (await import("../metrics/exposition.ts")).createExposition(options);

  async function answer(request: Request, socket: string | undefined): Promise<Response> {
    const refusal = refuseMetrics(request, { ...options, socket });
    if (refusal !== undefined) return refusal;
    if (request.method !== "GET" && request.method !== "HEAD")
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    exposition ??= load();
    const { contentType, text } = await exposition;
    const { merge = (own: string) => own } = options;
    reading ??= text()
      .then(merge)
      .finally(() => {
        reading = undefined;
      });
    const body = await reading;
    return new Response(body, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  }

  return (request, socket) =>
    options.access.kind === "off" || !path.test(request.url) ? undefined : answer(request, socket());
}
