import type { ModelVariant } from "../driver.ts";

const suffix = /^(.+)\[1m\]$/i;

/** The beta that opens the large context. Source: `anthropic-beta` values of Anthropic's API reference. */
const beta = "context-1m-2025-08-07";

/** `claude-…[1m]`, as Claude Code writes it: the same model with a context of a million tokens, asked for by a beta. */
export function longContext(name: string): ModelVariant | undefined {
  const base = suffix.exec(name)?.[1];
  return base === undefined ? undefined : { base, headers: { "anthropic-beta": beta } };
}
