import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { invalid, messagesError } from "./error.ts";
import { apiVersions } from "./version-rules.ts";

/** Beta names the mock knows; the vendor refuses others. */
const betas = new Set([
  "interleaved-thinking-2025-05-14",
  "fine-grained-tool-streaming-2025-05-14",
  "context-management-2025-06-27",
  "structured-outputs-2025-11-13",
  "files-api-2025-04-14",
  "context-1m-2025-08-07",
  "extended-cache-ttl-2025-04-11",
  "token-efficient-tools-2025-02-19",
  "prompt-caching-2024-07-31",
  "output-300k-2026-03-24",
  "pdfs-2024-09-25",
  "token-counting-2024-11-01",
  "message-batches-2024-09-24",
  "message-threads-2026-08-12",
]);

/** Key, version, content type and betas of a request. */
export function checkHeaders({ headers, method }: RecordedRequest, apiKey: string): VendorAnswer | undefined {
  // The vendor's own client sends the key as a bearer token since its version 1.
  const key = headers.get("x-api-key") ?? headers.get("authorization")?.replace(/^Bearer /, "");
  if (key === undefined) return messagesError(401, "authentication_error", "x-api-key header is required");
  if (key !== apiKey) return messagesError(401, "authentication_error", "invalid x-api-key");
  const version = headers.get("anthropic-version");
  if (version === null) return invalid("anthropic-version: header is required");
  if (!apiVersions.includes(version))
    return invalid(`anthropic-version: "${version}" is not a valid version`);
  if (method === "POST" && !headers.get("content-type")?.startsWith("application/json")) {
    return invalid("content-type: must be application/json");
  }
  const unknown = (headers.get("anthropic-beta") ?? "")
    .split(",")
    .map((name) => name.trim())
    .find((name) => name !== "" && !betas.has(name));
  if (unknown === undefined) return undefined;
  return invalid(`Unexpected value(s) \`${unknown}\` for the \`anthropic-beta\` header.`);
}
