import { timingSafeEqual } from "node:crypto";

/** Whether two strings are equal, in a time that depends on their lengths only. */
export function constantTimeEqual(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
