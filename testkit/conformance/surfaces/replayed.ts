import type { AskResult } from "../model/ask.ts";
import type { Exchange } from "../model/exchange.ts";

/** The id of the call a result answers, as the client knows it. */
export function callIdOf(id: AskResult["id"], earlier: readonly Exchange[]): string {
  if (typeof id === "string") return id;
  return earlier[id.step]?.answer.calls[id.call]?.id ?? "the-call-was-never-received";
}
