import type { LossList } from "../neutral/loss.ts";
import type { CacheMarker } from "../neutral/part.ts";
import { encodeCache } from "./cache-control.ts";
import {
  type CacheControl,
  isBlock,
  maxBreakpoints,
  type WireBlock,
  type WireMessage,
  type WireTool,
} from "./schema.ts";

type Marked = WireBlock | WireTool;

/** The three places of a request that are cached, in the order of the prefix. */
export interface CachedPrefix {
  readonly tools: readonly WireTool[];
  readonly system: readonly WireBlock[];
  readonly messages: readonly WireMessage[];
  /** Automatic caching is on; it takes one of the breakpoints. */
  readonly automatic: boolean;
}

/** The cache markers of one request: set while it is encoded, brought within the API's limits at the end. */
export class CacheBreakpoints {
  readonly #paths = new Map<Marked, string>();
  readonly #losses: LossList;

  constructor(losses: LossList) {
    this.#losses = losses;
  }

  /** Puts a caller's marker on a block or tool; `path` is where the caller wrote it. */
  mark(target: Marked, { cache, path }: { readonly cache: CacheMarker; readonly path: string }): void {
    target.cache_control = encodeCache(cache);
    this.#paths.set(target, `${path}.cache_control`);
    if (cache.ttl === "30m") this.#losses.add(`${path}.cache_control.ttl`, "clamped");
  }

  /**
   * Keeps the last breakpoints, which cover the longest prefixes, and makes an hour's one that follows a five-minute
   * one as short as it: the API refuses both otherwise.
   */
  settle(prefix: CachedPrefix): void {
    const marked = markedIn(prefix);
    if (marked.length === 0) return;
    const excess = marked.length - (prefix.automatic ? maxBreakpoints - 1 : maxBreakpoints);
    for (const target of marked.splice(0, Math.max(0, excess))) {
      delete target.cache_control;
      this.#losses.add(this.#paths.get(target) ?? "cache_control", "dropped");
    }
    let short = false;
    for (const target of marked) {
      const control: CacheControl | undefined = target.cache_control;
      if (control?.ttl === "1h" && short) {
        target.cache_control = { type: "ephemeral" };
        this.#losses.add(`${this.#paths.get(target) ?? "cache_control"}.ttl`, "clamped");
      }
      short ||= control?.ttl !== "1h";
    }
  }
}

function markedIn({ tools, system, messages }: CachedPrefix): Marked[] {
  const marked: Marked[] = [];
  for (const tool of tools) if (tool.cache_control !== undefined) marked.push(tool);
  for (const block of system) if (block.cache_control !== undefined) marked.push(block);
  for (const { content } of messages) {
    for (const block of content) {
      if (block.type === "tool_result" && Array.isArray(block.content)) {
        for (const inner of block.content)
          if (isBlock(inner) && inner.cache_control !== undefined) marked.push(inner);
      }
      if (block.cache_control !== undefined) marked.push(block);
    }
  }
  return marked;
}
