import type { LossList } from "../neutral/loss.ts";

/**
 * Features the platform takes in `anthropic_beta`, without their dates; it refuses a request that names any other one.
 * Source: Amazon Bedrock user guide, "Anthropic Claude Messages API", request body.
 */
const features: ReadonlySet<string> = new Set([
  "computer-use",
  "token-efficient-tools",
  "interleaved-thinking",
  "output-128k",
  "dev-full-thinking",
  "context-1m",
  "context-management",
  "effort",
  "tool-search-tool",
  "tool-examples",
  "fine-grained-tool-streaming",
]);

/** The features of a client that the platform takes, each once; the others are losses. */
export function knownBetas(betas: readonly string[], losses: LossList): readonly string[] {
  if (betas.length === 0) return betas;
  const known = betas.filter((beta) => features.has(beta.replace(/-\d{4}-\d{2}-\d{2}$/, "")));
  if (known.length < betas.length) losses.add("anthropic-beta", "dropped");
  return [...new Set(known)];
}
