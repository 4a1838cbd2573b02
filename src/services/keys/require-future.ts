import { unprocessable } from "../parse-input.ts";

/** An expiry that is over already makes a key that never works. Both in milliseconds. Throws `unprocessable`. */
export function requireFuture(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined || expiresAt > now) return;
  throw unprocessable([{ path: "/expires_at", message: "must be in the future" }]);
}
