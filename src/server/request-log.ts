import pino from "pino";
import type { UsageRecord, UsageSink } from "../plane/usage-record.ts";
import { totalInput } from "../wire/neutral/usage.ts";
import type { ToldRefusal } from "./told-refusal.ts";

/** Bytes gathered before they are written; a second's lines are written in any case. */
const writeAtOnce = 8 * 1024;
/** Bytes kept for a reader that is slow; what comes beyond is dropped and counted. */
const keptForReader = 8 * 1024 * 1024;
/** Milliseconds that the last lines have at shutdown. */
const patienceMs = 1_000;

/** One line a gateway call, as JSON on standard output. Of what was said nothing, of keys only their ids. */
export interface RequestLog extends UsageSink {
  /** A request that leaves no record. */
  refused(refusal: ToldRefusal): void;
  dropped(): number;
  /** Writes what was gathered. */
  close(): Promise<void>;
}

/** Stands before `next` and writes down what passes. */
export function createRequestLog(next: UsageSink): RequestLog {
  const out = pino.destination({
    ...{ dest: 1, sync: false, minLength: writeAtOnce, maxLength: keptForReader },
    periodicFlush: 1_000,
  });
  let dropped = 0;
  out.on("drop", () => dropped++);
  // Whoever reads may go; serving goes on.
  out.on("error", () => {});
  const logger = pino({ level: "info", base: null }, out);
  return {
    add(record) {
      next.add(record);
      logger.info(lineOf(record), "request");
    },
    refused({ requestId, surface, code, status, key }) {
      const ids = { org_id: key?.orgId, key_id: key?.id };
      logger.info(
        { request_id: requestId, ...ids, surface, status, outcome: "refused", error: code },
        "request",
      );
    },
    dropped: () => dropped,
    async close() {
      const written = new Promise<void>((resolve) => out.flush(() => resolve()));
      // A reader that takes nothing does not keep the server from stopping.
      await Promise.race([written, Bun.sleep(patienceMs)]);
      out.end();
    },
  };
}

/** Times in milliseconds. A model nobody knows is not named: those are the client's words and may be anything. */
function lineOf(record: UsageRecord): Readonly<Record<string, unknown>> {
  const { usage, timing, losses } = record;
  return {
    request_id: record.requestId,
    org_id: record.orgId,
    key_id: record.keyId,
    provider_id: record.providerId,
    provider: record.providerName,
    model: record.wireModel,
    requested_model: record.providerId === undefined ? undefined : record.requestedModel,
    surface: record.surface,
    protocol: record.protocol,
    stream: record.stream,
    passthrough: record.passthrough,
    status: record.status,
    outcome: record.outcome,
    error: record.errorCode,
    input_tokens: totalInput(usage),
    output_tokens: usage.output,
    usage_estimated: record.usageEstimated || undefined,
    cost_usd: record.costUsd,
    route: record.route,
    attempts: record.attempts?.length,
    losses: losses === "" ? 0 : losses.split(", ").length,
    before_ms: timing.before / 1000,
    upstream_ms: timing.upstreamFirstByte / 1000,
    first_byte_ms: timing.firstByte / 1000,
    overhead_ms: timing.overhead === undefined ? undefined : timing.overhead / 1000,
    total_ms: timing.total / 1000,
  };
}
