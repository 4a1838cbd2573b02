import { setReceiveWindow } from "./receive-window.ts";

/** Bytes that all connections together are read ahead of their readers, as the kernel counts them before doubling. */
const budget = 8 * 1024 * 1024;
const least = 4 * 1024;
/** Enough for 600 KB a second at 100 ms of distance. */
const most = 32 * 1024;
/** For an answer that is taken whole; the kernel caps it (`net.core.rmem_max`). */
const wide = 4 * 1024 * 1024;

/**
 * How far ahead of its reader a connection is read. The runtime reads up to half a megabyte of a socket at once and has no setting
 * for it, so 2,000 streams with a backlog took gigabytes. Here the kernel is told to take less, the more connections there are.
 */
export class ReadAhead {
  #open = 0;

  opened(): void {
    this.#open++;
  }

  closed(): void {
    this.#open--;
  }

  /** Bytes for one connection. */
  get share(): number {
    return Math.min(most, Math.max(least, Math.floor(budget / Math.max(1, this.#open))));
  }

  /** Returns what was set. */
  narrow(socket: object): number {
    const { share } = this;
    setReceiveWindow(socket, share);
    return share;
  }

  widen(socket: object): void {
    setReceiveWindow(socket, wide);
  }
}
