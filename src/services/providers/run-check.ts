import type { ProbeResult } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Candidate, fetchOf, toDriverContext } from "./candidate.ts";
import type { CheckResult } from "./provider-input.ts";
import { redact } from "./redact.ts";
import { secretsOf } from "./secrets-of.ts";
import { withDeadline } from "./with-deadline.ts";

const probeMs = 15_000;

/**
 * Asks the vendor whether the candidate works. Never throws for what the vendor or the network does; `shutting_down` when
 * `stop` says so first.
 */
export async function runCheck(
  ctx: ServiceContext,
  candidate: Candidate,
  stop?: AbortSignal,
): Promise<CheckResult> {
  const started = performance.now();
  const result = await probe(ctx, candidate, stop);
  const reason = result.status === "valid" ? undefined : redact(result.reason, secretsOf(candidate));
  return {
    status: result.status,
    models: result.status === "valid" ? result.models : undefined,
    reason,
    latencyMs: Math.round(performance.now() - started),
  };
}

async function probe(
  ctx: ServiceContext,
  candidate: Candidate,
  stop: AbortSignal | undefined,
): Promise<ProbeResult> {
  try {
    return await withDeadline({ ms: probeMs, stop }, (signal) =>
      candidate.driver.probe(toDriverContext(candidate), fetchOf(ctx, candidate), signal),
    );
  } catch (error) {
    if (stop?.aborted) throw new PenstockError("shutting_down");
    if (!(error instanceof PenstockError)) return { status: "unreachable", reason: "the connection failed" };
    if (error.code === "upstream_credential_rejected") {
      return { status: "rejected", reason: "the vendor refused the credential" };
    }
    return { status: "unreachable", reason: error.message };
  }
}
