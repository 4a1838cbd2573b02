import type { StoredTurn } from "../wire/stored-turns.ts";
import type { TurnStore } from "./turn-store.ts";

export interface TurnLimits {
  /** Characters of JSON that all kept turns may have together. */
  readonly total: number;
  /** Characters of one turn; a longer one is not kept. */
  readonly each: number;
  /** Milliseconds. */
  readonly age: number;
}

/** 64 M characters in all, 4 M a turn, one day. */
export const defaultTurnLimits: TurnLimits = { total: 64e6, each: 4e6, age: 24 * 3600e3 };

interface Kept {
  /** JSON: one string weighs less than the objects it stands for, and shares nothing with a request. */
  readonly text: string;
  readonly until: number;
}

/** Turns in this process's memory: another replica does not know them. The ones not used for longest go first. */
export class MemoryTurnStore implements TurnStore {
  readonly #limits: TurnLimits;
  readonly #now: () => number;
  /** In order of use, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  /** `now`: milliseconds since the epoch. */
  constructor(now: () => number, limits: TurnLimits = defaultTurnLimits) {
    this.#now = now;
    this.#limits = limits;
  }

  get(orgId: string, id: string): Promise<StoredTurn | undefined> {
    const key = keyOf(orgId, id);
    const kept = this.#kept.get(key);
    if (kept === undefined) return Promise.resolve(undefined);
    this.#remove(key, kept);
    if (kept.until <= this.#now()) return Promise.resolve(undefined);
    this.#add(key, kept);
    // What was written here is read as it was.
    return Promise.resolve(JSON.parse(kept.text) as StoredTurn);
  }

  put(orgId: string, turn: StoredTurn): Promise<void> {
    const key = keyOf(orgId, turn.id);
    const known = this.#kept.get(key);
    if (known !== undefined) this.#remove(key, known);
    const text = JSON.stringify(turn);
    if (text.length <= this.#limits.each) {
      this.#add(key, { text, until: this.#now() + this.#limits.age });
      this.#shrink();
    }
    return Promise.resolve();
  }

  delete(orgId: string, id: string): Promise<boolean> {
    const key = keyOf(orgId, id);
    const kept = this.#kept.get(key);
    if (kept !== undefined) this.#remove(key, kept);
    return Promise.resolve(kept !== undefined && kept.until > this.#now());
  }

  #shrink(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#size <= this.#limits.total) return;
      this.#remove(key, kept);
    }
  }

  #add(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#size += kept.text.length;
  }

  #remove(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#size -= kept.text.length;
  }
}

function keyOf(orgId: string, id: string): string {
  return `${orgId} ${id}`;
}
