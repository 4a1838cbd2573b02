import type { LossList } from "../neutral/loss.ts";
import type { EmbeddingRequest } from "./request.ts";

type Setting = "dimensions" | "task" | "user";

/** Reports settings of the request that the wire has no word for, and all that only the caller's protocol knows. */
export function dropSettings(
  request: EmbeddingRequest,
  { losses, settings }: { readonly losses: LossList; readonly settings: readonly Setting[] },
): void {
  for (const setting of settings) {
    const field = request[setting]?.field;
    if (field !== undefined) losses.add(field, "dropped");
  }
  for (const field of request.extra) losses.add(field, "dropped");
}
