import type { AnswerName, KeptAnswer, KeptAnswers } from "./kept-answers.ts";

/** Answers that are remembered; some 200 bytes each. */
const mostKnown = 50_000;

/** What this process, or its workers, saw vendors keep; only digests of ids. A restart forgets it. */
export class MemoryKeptAnswers implements KeptAnswers {
  readonly #known = new Map<string, KeptAnswer>();
  readonly #most: number;

  constructor(most = mostKnown) {
    this.#most = most;
  }

  remember(name: AnswerName, answer: KeptAnswer): void {
    const key = keyOf(name);
    // Taken out and put back, it is the youngest.
    this.#known.delete(key);
    this.#known.set(key, answer);
    if (this.#known.size <= this.#most) return;
    const oldest = this.#known.keys().next();
    if (oldest.done !== true) this.#known.delete(oldest.value);
  }

  find(name: AnswerName): Promise<KeptAnswer | undefined> {
    return Promise.resolve(this.#known.get(keyOf(name)));
  }

  close(name: AnswerName): Promise<boolean> {
    const key = keyOf(name);
    const known = this.#known.get(key);
    if (known?.open !== true) return Promise.resolve(false);
    this.#known.set(key, { ...known, open: false });
    return Promise.resolve(true);
  }

  forget(name: AnswerName): void {
    this.#known.delete(keyOf(name));
  }
}

/** Ids are as long as clients and vendors like them to be. */
function keyOf({ orgId, id }: AnswerName): string {
  return `${orgId} ${new Bun.CryptoHasher("sha256").update(id).digest("base64").slice(0, 22)}`;
}
