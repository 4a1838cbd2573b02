import type { StopReason } from "../../wire/neutral/stop-reason.ts";
import { charactersPerToken, tokensOf } from "./count-tokens.ts";
import type { PlannedPart } from "./plan.ts";

/** The part of a plan that is said, and why it ends there. */
export interface Cut {
  readonly parts: readonly PlannedPart[];
  readonly reason: StopReason;
  readonly stopSequence?: string;
  /** Tokens. */
  readonly output: number;
  /** Tokens; a share of `output`. */
  readonly reasoning: number;
}

export interface CutLimits {
  readonly maxOutputTokens: number | undefined;
  readonly stop: readonly string[];
}

/** Ends a plan at the first stop sequence of its text or where the tokens run out, whichever comes first. */
export function cutPlan(planned: readonly PlannedPart[], { maxOutputTokens, stop }: CutLimits): Cut {
  let left = maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const parts: PlannedPart[] = [];
  let output = 0;
  let reasoning = 0;
  let end: Pick<Cut, "reason" | "stopSequence"> | undefined;
  for (const part of planned) {
    const stopped = part.type === "text" ? atStopSequence(part.text, stop) : undefined;
    const wanted = stopped?.text ?? part.text;
    const text = wanted.slice(0, sliceEnd(wanted, left * charactersPerToken));
    const tokens = Math.max(tokensOf(text), part.type === "tool_call" ? 1 : 0);
    if (left > 0) {
      parts.push({ ...part, text });
      output += tokens;
      if (part.type === "thinking") reasoning += tokens;
      left -= tokens;
    }
    if (left < 0 || text.length < wanted.length) end = { reason: "max_tokens" };
    else if (stopped !== undefined) end = { reason: "stop_sequence", stopSequence: stopped.sequence };
    if (end !== undefined) break;
  }
  const called = parts.some(({ type }) => type === "tool_call");
  return { parts, output, reasoning, ...(end ?? { reason: called ? "tool_calls" : "stop" }) };
}

function atStopSequence(text: string, stop: readonly string[]) {
  let first: { readonly text: string; readonly sequence: string } | undefined;
  for (const sequence of stop) {
    const at = sequence === "" ? -1 : text.indexOf(sequence);
    if (at >= 0 && (first === undefined || at < first.text.length))
      first = { text: text.slice(0, at), sequence };
  }
  return first;
}

/** `length`, or one less where that would cut a surrogate pair. */
function sliceEnd(text: string, length: number): number {
  if (length >= text.length) return text.length;
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
}
