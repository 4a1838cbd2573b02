import type { Watch, Watchdog } from "../../engine/watchdog.ts";
import type { Generation } from "./generation.ts";
import type { GenerationStore, NamedGeneration } from "./generation-store.ts";

export interface MemoryGenerationStoreOptions {
  /** Milliseconds a finished answer is kept. */
  readonly keptMs: number;
  /** Bytes of all answers together; one may take a quarter of them. */
  readonly mostBytes: number;
  /** Milliseconds of a monotonic clock. */
  readonly tick: () => number;
  readonly watchdog: Watchdog;
}

interface Entry extends NamedGeneration {
  readonly name: string;
  bytes: number;
  /** Undefined while it runs. */
  finishedAt: number | undefined;
}

/** What an answer takes besides its bytes, so that many short ones are bounded, too. */
const bytesAnEntry = 1024;

/** Generations of this process. The oldest finished ones go first when room is short; a running one stays while it is small. */
export class MemoryGenerationStore implements GenerationStore {
  readonly #options: MemoryGenerationStoreOptions;
  readonly #byName = new Map<string, Entry>();
  readonly #byGeneration = new Map<Generation, Entry>();
  /** In the order they finished. */
  readonly #finished = new Set<Entry>();
  #bytes = 0;
  /** Goes off when the oldest is due: answers are not held longer than was said, also when no call comes any more. */
  #watch: Watch | undefined;

  constructor(options: MemoryGenerationStoreOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(name: string): NamedGeneration | undefined {
    this.#expire();
    return this.#byName.get(name);
  }

  add(name: string, { generation, digest }: NamedGeneration): void {
    this.#expire();
    const entry: Entry = { name, generation, digest, bytes: 0, finishedAt: undefined };
    this.#byName.set(name, entry);
    this.#byGeneration.set(generation, entry);
    this.#count(entry, bytesAnEntry);
  }

  grew(generation: Generation, bytes: number): void {
    const entry = this.#byGeneration.get(generation);
    if (entry !== undefined) this.#count(entry, bytes);
  }

  finished(generation: Generation): void {
    const entry = this.#byGeneration.get(generation);
    if (entry === undefined || entry.finishedAt !== undefined) return;
    entry.finishedAt = this.#options.tick();
    this.#finished.add(entry);
    this.#watch ??= this.#watchFor(this.#options.keptMs);
  }

  failed(generation: Generation): void {
    const entry = this.#byGeneration.get(generation);
    if (entry !== undefined) this.#remove(entry);
  }

  #count(entry: Entry, bytes: number): void {
    entry.bytes += bytes;
    this.#bytes += bytes;
    const { mostBytes } = this.#options;
    if (entry.bytes > mostBytes / 4) this.#remove(entry);
    for (const oldest of this.#finished) {
      if (this.#bytes <= mostBytes) return;
      this.#remove(oldest);
    }
    if (this.#bytes > mostBytes) this.#remove(entry);
  }

  #watchFor(ms: number): Watch {
    return this.#options.watchdog.watch(ms, () => {
      this.#watch = undefined;
      this.#expire();
      const [next] = this.#finished;
      if (next !== undefined) this.#watch = this.#watchFor(this.#options.keptMs - this.#age(next));
    });
  }

  #expire(): void {
    for (const entry of this.#finished) {
      if (this.#age(entry) < this.#options.keptMs) return;
      this.#remove(entry);
    }
  }

  /** Milliseconds since it finished. */
  #age({ finishedAt }: Entry): number {
    return finishedAt === undefined ? 0 : this.#options.tick() - finishedAt;
  }

  #remove(entry: Entry): void {
    if (!this.#byGeneration.delete(entry.generation)) return;
    this.#byName.delete(entry.name);
    this.#finished.delete(entry);
    this.#bytes -= entry.bytes;
    entry.generation.letGo();
  }
}
