import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid } from "./error.ts";
import type { PromptRequest } from "./schema.ts";

/**
 * Versions of the API, oldest first. 2026-10-21, which the vendor's own clients send since their version 1, differs in
 * what it refuses only. Source: Anthropic's API reference, "Versions".
 */
export const apiVersions: readonly string[] = ["2023-06-01", "2026-10-21"];

/** What 2026-10-21 no longer takes: sampling, and citations in what the user says. */
export function checkVersion(request: PromptRequest, version: string | null): VendorAnswer | undefined {
  if (version !== "2026-10-21") return undefined;
  const removed = (["temperature", "top_p", "top_k"] as const).find((name) => request[name] !== undefined);
  if (removed !== undefined) return invalid(`${removed}: Extra inputs are not permitted`);
  for (const [index, { role, content }] of request.messages.entries()) {
    if (role !== "user" || typeof content === "string") continue;
    const at = content.findIndex((block) => block.type === "text" && (block.citations?.length ?? 0) > 0);
    if (at >= 0) return invalid(`messages.${index}.content.${at}.citations: Extra inputs are not permitted`);
  }
  return undefined;
}
