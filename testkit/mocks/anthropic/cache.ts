import { createHash } from "node:crypto";
import { z } from "zod";
import { tokensOf } from "../shared/token-count.ts";
import type { PromptRequest } from "./schema.ts";

/** One cache breakpoint: everything before it and its own block, in the vendor's order tools, system, messages. */
export interface CacheMark {
  readonly ttl: "5m" | "1h";
  /** Tokens up to and including the marked block. */
  readonly tokens: number;
  /** Names the prefix. */
  readonly digest: string;
}

/** The breakpoints of a request, in the order of the prompt. */
export function cacheMarks(request: PromptRequest): readonly CacheMark[] {
  const marks: CacheMark[] = [];
  const hash = createHash("sha256").update(request.model);
  let tokens = 0;
  const mark = (ttl: "5m" | "1h" = "5m") => marks.push({ ttl, tokens, digest: hash.copy().digest("hex") });
  for (const block of promptBlocks(request)) {
    const { cache_control: control, ...rest } = markable.parse(block);
    const plain = JSON.stringify(rest);
    hash.update(plain);
    tokens += tokensOf(plain);
    if (control != null) mark(control.ttl);
  }
  if (request.cache_control != null && marks.length < 4) mark(request.cache_control.ttl);
  return marks;
}

const markable = z.looseObject({
  cache_control: z.object({ ttl: z.enum(["5m", "1h"]).optional() }).nullish(),
});

function promptBlocks(request: PromptRequest): readonly object[] {
  const text = (content: string) => [{ type: "text", text: content }];
  const blocks = (content: string | readonly object[]) =>
    typeof content === "string" ? text(content) : content;
  return [
    ...(request.tools ?? []),
    ...blocks(request.system ?? []),
    ...request.messages.flatMap(({ content }) => blocks(content)),
  ];
}

/** What a request reads from and writes to the cache, in tokens; remembers what was written. */
export class PromptCache {
  readonly #known = new Set<string>();

  use(request: PromptRequest): { read: number; write5m: number; write1h: number } {
    const marks = cacheMarks(request);
    const read = marks.findLast(({ digest }) => this.#known.has(digest))?.tokens ?? 0;
    const written = { "5m": 0, "1h": 0 };
    let upTo = read;
    for (const { digest, tokens, ttl } of marks) {
      if (tokens > upTo) {
        written[ttl] += tokens - upTo;
        upTo = tokens;
      }
      this.#known.add(digest);
    }
    return { read, write5m: written["5m"], write1h: written["1h"] };
  }
}
