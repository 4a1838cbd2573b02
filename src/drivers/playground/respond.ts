import type { NeutralEvent, StreamPart } from "../../wire/neutral/event.ts";
import type { NeutralRequest } from "../../wire/neutral/request.ts";
import type { Usage } from "../../wire/neutral/usage.ts";
import type { RespondContext } from "../driver.ts";
import { countTokens } from "./count-tokens.ts";
import { cutPlan } from "./cut.ts";
import { digestOf } from "./digest.ts";
import { type PlannedPart, planAnswer } from "./plan.ts";

/** Opaque state needs a protocol it may be replayed to; the simulation's means nothing to any vendor. */
const origin = { protocol: "openai-chat" } as const;

/**
 * Answers in process. Equal requests give equal events; only `created` is the clock's. The stream just ends when
 * `signal` is aborted, since nobody reads on.
 */
export async function* respond(
  request: NeutralRequest,
  context: RespondContext,
): AsyncGenerator<NeutralEvent> {
  const plan = planAnswer(request);
  const cut = cutPlan(plan.parts, { maxOutputTokens: request.maxOutputTokens, stop: request.stop });
  const usage: Usage = {
    input: countTokens(request),
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: cut.output,
    reasoning: cut.reasoning,
    audioInput: 0,
    audioOutput: 0,
    raw: null,
  };
  const events = function* (): Generator<NeutralEvent> {
    yield { type: "start", id: plan.id, model: request.model, created: context.created };
    yield* cut.parts.flatMap((part, index) => [...partEvents(part, index)]);
    yield { type: "usage", usage };
    const { reason, stopSequence } = cut;
    yield { type: "finish", reason, ...(stopSequence !== undefined && { stopSequence }) };
  };
  for (const event of events()) {
    if (context.signal.aborted) return;
    yield event;
  }
}

function* partEvents(part: PlannedPart, index: number): Generator<NeutralEvent> {
  yield { type: "part-start", index, part: startOf(part) };
  if (part.type === "thinking") {
    if (part.shown) for (const text of deltas(part.text)) yield { type: "thinking-delta", index, text };
    yield { type: "signature", index, signature: `playground.${digestOf(part.text)}` };
  } else {
    const type = part.type === "text" ? "text-delta" : "arguments-delta";
    for (const text of deltas(part.text)) yield { type, index, text };
  }
  yield { type: "part-end", index };
}

function startOf(part: PlannedPart): StreamPart {
  switch (part.type) {
    case "thinking":
      return { type: "thinking", origin };
    case "text":
      return { type: "text" };
    case "tool_call":
      return { type: "tool_call", id: part.id, name: part.name, kind: part.kind };
  }
}

/** Pieces of about a token or two, as models write: a few characters each, no surrogate pair cut. */
function deltas(text: string): readonly string[] {
  return text.match(/.{1,7}/gsu) ?? [];
}
