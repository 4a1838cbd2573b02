import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";

const minute = 60_000;

/** Generous to people who mistype and to offices behind one address, hopeless for guessing. */
const rules = {
  address: { limit: 30, windowMs: 5 * minute },
  account: { limit: 10, windowMs: 15 * minute },
} as const;

type Rule = keyof typeof rules;

/**
 * Counts an attempt to sign in, before it is judged, for all replicas together. Accounts are counted by what was asked for,
 * whether it exists or not. Throws `sign_in_throttled`.
 */
export async function countAttempt(
  ctx: ServiceContext,
  attempt: { readonly address: string | undefined; readonly email?: string | undefined },
): Promise<void> {
  const { address, email } = attempt;
  if (address !== undefined) await count(ctx, "address", networkOf(address));
  if (email !== undefined) await count(ctx, "account", email);
}

/** Somebody signed in: what came before were their own slips. */
export async function forgetAttempts(ctx: ServiceContext, email: string): Promise<void> {
  await ctx.storage.reads.throttles.clear(keyOf(ctx, "account", email));
}

async function count(ctx: ServiceContext, rule: Rule, subject: string): Promise<void> {
  const { throttles } = ctx.storage.reads;
  const { limit, windowMs } = rules[rule];
  const at = ctx.now();
  const seen = await throttles.count({ key: keyOf(ctx, rule, subject), at, windowMs });
  if (seen.count <= limit) return;
  throw new PenstockError("sign_in_throttled", {
    retryAfterMs: Math.max(1_000, seen.startedAt + windowMs - at),
  });
}

/** A keyed digest: the table tells nobody who tried to sign in. */
function keyOf(ctx: ServiceContext, rule: Rule, subject: string): string {
  return ctx.vault.digestKey(`throttle\0${rule}\0${subject}`);
}

/** Whoever has one IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const left = head.split(":").filter((group) => group !== "");
  const right = (tail ?? "").split(":").filter((group) => group !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...new Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
