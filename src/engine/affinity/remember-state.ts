import type { ByteSource, Outcome } from "../call.ts";
import type { Execution } from "../execution.ts";
import type { StateOrigins } from "./state-origins.ts";
import { answerIds, stateTokens, tokenReach } from "./state-tokens.ts";

/** Reads along what the client gets and remembers which deployment issued the state in it. */
export function rememberState({ context, call, candidate, meter }: Execution, outcome: Outcome): Outcome {
  const watch = new StateWatch(context.origins, {
    orgId: call.key.org.id,
    target: candidate.target,
    // Of an answer that was told anew, the vendor knows no id.
    ids: meter.passthrough,
  });
  if (outcome.kind === "stream") return { ...outcome, source: watched(outcome.source, watch) };
  watch.see(outcome.body);
  return outcome;
}

function watched(source: ByteSource, watch: StateWatch): ByteSource {
  return {
    async read() {
      const chunk = await source.read();
      if (chunk !== undefined) watch.see(chunk);
      return chunk;
    },
    cancel: () => source.cancel(),
  };
}

type Seen = Parameters<StateOrigins["remember"]>[1] & { readonly ids: boolean };

/** Finds state in pieces of JSON, wherever they are cut. */
class StateWatch {
  readonly #origins: StateOrigins;
  readonly #seen: Seen;
  #tail: Uint8Array = new Uint8Array();

  constructor(origins: StateOrigins, seen: Seen) {
    this.#origins = origins;
    this.#seen = seen;
  }

  see(piece: Uint8Array | string): void {
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    const whole = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    for (const { token } of stateTokens(whole)) this.#origins.remember(token, this.#seen);
    if (this.#seen.ids) for (const id of answerIds(whole)) this.#origins.remember(id, this.#seen);
    // A copy: the engine uses its buffers again.
    this.#tail = new Uint8Array(whole.subarray(Math.max(0, whole.length - tokenReach)));
  }
}
