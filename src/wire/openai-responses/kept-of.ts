import { isObject } from "../read-json.ts";

const underWay: ReadonlySet<unknown> = new Set(["queued", "in_progress"]);

/** The id by which its maker keeps an answer, whether it does, and whether the answer is complete; undefined: no answer. */
export function keptOf(
  answer: unknown,
): { readonly id: string; readonly stored: boolean; readonly done: boolean } | undefined {
  if (!isObject(answer) || typeof answer.id !== "string") return undefined;
  return { id: answer.id, stored: answer.store !== false, done: !underWay.has(answer.status) };
}
