import type { Target } from "../plane.ts";

/** Who issued a piece of state. */
export interface Issuer {
  readonly providerId: string;
  readonly modelId: string;
}

/** Pieces of state that are remembered; the oldest are forgotten first. */
const mostKnown = 20_000;

/**
 * Which deployment issued which opaque state and which answers, as this process saw them go by. Only digests are kept, by
 * organization.
 */
export class StateOrigins {
  readonly #issuers = new Map<string, Issuer>();
  readonly #most: number;

  constructor(most = mostKnown) {
    this.#most = most;
  }

  get size(): number {
    return this.#issuers.size;
  }

  remember(token: string, { orgId, target }: { readonly orgId: string; readonly target: Target }): void {
    const key = keyOf(orgId, token);
    // Taken out and put back, it is the youngest.
    this.#issuers.delete(key);
    this.#issuers.set(key, { providerId: target.provider.config.id, modelId: target.model.id });
    if (this.#issuers.size <= this.#most) return;
    const oldest = this.#issuers.keys().next();
    if (oldest.done !== true) this.#issuers.delete(oldest.value);
  }

  issuerOf(orgId: string, token: string): Issuer | undefined {
    return this.#issuers.get(keyOf(orgId, token));
  }
}

function keyOf(orgId: string, token: string): string {
  return `${orgId} ${Bun.hash(token).toString(36)}`;
}
