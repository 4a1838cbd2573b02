import { PenstockError } from "../../errors/penstock-error.ts";
import type { IdempotencyClaim } from "../../storage/repositories/idempotency-repository.ts";
import type { ServiceContext } from "../service-context.ts";
import { answerBinding } from "./answer-binding.ts";
import { type KeptAnswer, readKeptAnswer } from "./kept-answer.ts";

/** A request that may be sent again. */
export interface RepeatableRequest {
  readonly orgId: string;
  /** What its sender calls it: 1 to 255 visible ASCII characters. */
  readonly key: string;
  /** All of it that must be the same when it is sent again: method, path with query, body. */
  readonly content: string;
}

/** Either this request is the first and holds its key, or it was answered before. */
export type BegunRequest = { readonly claim: IdempotencyClaim } | { readonly answer: KeptAnswer };

/** How long an answer is kept, in milliseconds. */
export const keptMs = 24 * 60 * 60 * 1000;
/** A holder that says nothing for so long is dead, and the same request may be tried again, in milliseconds. */
export const leaseMs = 30_000;
const waitMs = 5_000;
const pollMs = 50;

/**
 * Takes an idempotency key of the actor, waiting a while for the same request if that is under way. Throws
 * `idempotency_mismatch` for another request's key and `idempotency_in_progress` when it still is.
 */
export async function beginRequest(ctx: ServiceContext, request: RepeatableRequest): Promise<BegunRequest> {
  const { idempotency } = ctx.storage.reads;
  const id = keyId(ctx, request);
  const requestDigest = ctx.vault.digestRequest(request.content);
  const giveUpAt = performance.now() + waitMs;
  while (true) {
    const now = ctx.now();
    const claim = {
      id,
      orgId: request.orgId,
      requestDigest,
      claimedBy: ctx.newId("req"),
      claimedUntil: now + leaseMs,
      expiresAt: now + keptMs,
    };
    if (await idempotency.claim(claim, now)) return { claim };
    const record = await idempotency.find(id);
    // Given up between our two looks: try again.
    if (record === undefined) continue;
    if (record.requestDigest !== requestDigest) throw new PenstockError("idempotency_mismatch");
    if (record.sealed !== undefined) {
      await ctx.vault.ensure([record.sealed], ctx.storage.reads.masterKeys);
      return { answer: readKeptAnswer(ctx.vault.open(record.sealed, answerBinding(record))) };
    }
    if (performance.now() >= giveUpAt) {
      throw new PenstockError("idempotency_in_progress", { retryAfterMs: 1_000 });
    }
    await Bun.sleep(pollMs);
  }
}

/** The same key of another actor is another key; nobody can tell from the id whose it is. */
function keyId({ vault, actor }: ServiceContext, { orgId, key }: RepeatableRequest): string {
  const who = actor.kind === "key" || actor.kind === "user" ? actor.id : actor.name;
  return vault.digestRequest(JSON.stringify(["idempotency-key", orgId, actor.kind, who, key]));
}
