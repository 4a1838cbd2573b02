import type { Watch, Watchdog } from "../../engine/watchdog.ts";

/** What goes on although nobody waits for it. */
export interface Orphan {
  /** Ends it now. */
  cut(): void;
}

export interface OrphanLimits {
  /** Milliseconds one may go on. */
  readonly longestMs: number;
  /** How many may go on at a time. */
  readonly most: number;
}

/** Calls whose clients have left, within limits: nobody would notice one that never ends. */
export class Orphans {
  readonly #watches = new Map<Orphan, Watch>();
  readonly #watchdog: Watchdog;
  readonly #limits: OrphanLimits;
  #closing = false;

  constructor(watchdog: Watchdog, limits: OrphanLimits) {
    this.#watchdog = watchdog;
    this.#limits = limits;
  }

  get count(): number {
    return this.#watches.size;
  }

  /** Lets it go on until it is released or its time is up; one too many is cut at once, and counts until it has ended. */
  adopt(orphan: Orphan): void {
    if (this.#watches.has(orphan)) return;
    const { longestMs, most } = this.#limits;
    const full = this.#closing || this.#watches.size >= most;
    this.#watches.set(
      orphan,
      this.#watchdog.watch(longestMs, () => orphan.cut()),
    );
    if (full) orphan.cut();
  }

  /** It is over, or somebody waits for it again. */
  release(orphan: Orphan): void {
    this.#watches.get(orphan)?.stop();
    this.#watches.delete(orphan);
  }

  /** Cuts all, and from now on whatever would be adopted. */
  close(): void {
    this.#closing = true;
    for (const orphan of this.#watches.keys()) orphan.cut();
  }
}
