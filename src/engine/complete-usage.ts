import type { Upstream } from "../drivers/driver.ts";
import type { Usage } from "../wire/neutral/usage.ts";
import type { Answer } from "./send.ts";

/** The usage of a whole answer with what the vendor says of it in headers only. */
export function completeUsage<T extends Usage | undefined>(
  usage: T,
  { upstream, answer }: { readonly upstream: Upstream; readonly answer: Answer },
): Usage | T {
  return usage && (upstream.headerUsage?.(usage, answer.response.headers) ?? usage);
}
