import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { CacheMarker } from "../neutral/part.ts";
import { maxCachePoints, type WireBlock, type WireMessage } from "./schema.ts";

/** The three places of a request that are cached, in the order of the prefix. */
export interface CachedPrefix {
  readonly tools: WireBlock[];
  readonly system: WireBlock[];
  readonly messages: readonly WireMessage[];
}

interface Marked {
  readonly list: WireBlock[];
  readonly block: WireBlock;
}

/** The cache points of one request: set while it is encoded, brought within the API's limits at the end. */
export class CachePoints {
  readonly #paths = new Map<WireBlock, string>();
  readonly #losses: LossList;
  readonly #traits: ModelTraits;

  constructor(losses: LossList, traits: ModelTraits) {
    this.#losses = losses;
    this.#traits = traits;
  }

  /** Puts a caller's marker behind the last block of `list`; `path` is where the caller wrote it. */
  mark(list: WireBlock[], { cache, path }: { readonly cache: CacheMarker; readonly path: string }): void {
    if (this.#traits.cacheMarkers === false || list.length === 0) {
      this.#losses.add(`${path}.cache_control`, "dropped");
      return;
    }
    const last = list.at(-1);
    if (last !== undefined && isCachePoint(last)) return;
    if (cache.ttl === "30m") this.#losses.add(`${path}.cache_control.ttl`, "clamped");
    const block: WireBlock = { cachePoint: { type: "default", ...(cache.ttl !== "5m" && { ttl: "1h" }) } };
    this.#paths.set(block, `${path}.cache_control`);
    list.push(block);
  }

  /**
   * Keeps the last points, which cover the longest prefixes, and makes an hour's one that follows a five-minute one as
   * short as it: the API refuses both otherwise. Amazon's own models cache no tools.
   */
  settle({ tools, system, messages }: CachedPrefix): void {
    if (this.#traits.nativeBody === "nova") this.#drop(marks([tools]));
    const marked = marks([tools, system]);
    for (const { content } of messages) addMarks(marked, content);
    if (marked.length === 0) return;
    this.#drop(marked.splice(0, Math.max(0, marked.length - maxCachePoints)));
    let short = false;
    for (const { list, block } of marked) {
      const isHour = isCachePoint(block) && block.cachePoint.ttl === "1h";
      if (isHour && short) {
        this.#losses.add(`${this.#pathOf(block)}.ttl`, "clamped");
        list[list.indexOf(block)] = { cachePoint: { type: "default" } };
      }
      short ||= !isHour;
    }
  }

  #drop(marked: readonly Marked[]): void {
    for (const { list, block } of marked) {
      list.splice(list.indexOf(block), 1);
      this.#losses.add(this.#pathOf(block), "dropped");
    }
  }

  #pathOf(block: WireBlock): string {
    return this.#paths.get(block) ?? "cache_control";
  }
}

interface CachePointBlock extends WireBlock {
  readonly cachePoint: { readonly ttl?: string };
}

function isCachePoint(block: WireBlock): block is CachePointBlock {
  return typeof block.cachePoint === "object" && block.cachePoint !== null;
}

function marks(lists: readonly WireBlock[][]): Marked[] {
  const marked: Marked[] = [];
  for (const list of lists) addMarks(marked, list);
  return marked;
}

function addMarks(marked: Marked[], list: WireBlock[]): void {
  for (const block of list) if (isCachePoint(block)) marked.push({ list, block });
}
