import type { IdempotencyClaim } from "../../storage/repositories/idempotency-repository.ts";
import type { ServiceContext } from "../service-context.ts";
import { answerBinding } from "./answer-binding.ts";
import { leaseMs } from "./begin.ts";
import { type KeptAnswer, toSecretAnswer } from "./kept-answer.ts";

/**
 * Ends a request that holds its idempotency key: its answer is kept, unless a second try may well come out otherwise
 * (the server's own failures, and limits of rate).
 */
export async function endRequest(
  ctx: ServiceContext,
  claim: IdempotencyClaim,
  answer: KeptAnswer,
): Promise<void> {
  const { idempotency } = ctx.storage.reads;
  if (answer.status >= 500 || answer.status === 429) return idempotency.release(claim);
  await idempotency.keep(claim, ctx.vault.seal(toSecretAnswer(answer), answerBinding(claim)));
}

/** Holds the key as long as the request takes. Returns the way to stop. */
export function holdRequest(ctx: ServiceContext, claim: IdempotencyClaim): () => void {
  const renew = () => {
    // A renewal that fails is made up for by the next: there are three of them in a lease.
    ctx.storage.reads.idempotency.renew(claim, ctx.now() + leaseMs).catch(() => {});
  };
  const timer = setInterval(renew, leaseMs / 3);
  return () => clearInterval(timer);
}
