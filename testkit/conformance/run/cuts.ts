import { difference } from "../expect/same.ts";
import type { Step } from "../model/conformance-case.ts";
import type { Exchange } from "../model/exchange.ts";
import type { ScriptAnswer } from "../model/script.ts";
import { streamBytes } from "./play-script.ts";
import { firstBadCut, type Pair } from "./replay.ts";
import { runStep, type StepContext } from "./run-step.ts";

/** Streams above this size are not cut at every byte: the work grows with the square of it. */
const cutLimit = 8 * 1024;

/**
 * Whether the answer depends on how the vendor's bytes are cut (case C020 for every streamed case): in memory at every
 * offset, where the gateway is Penstock, and by HTTP at a few. Undefined when it does not.
 */
export async function cutProblem(
  step: Step,
  context: StepContext,
  uncut: Exchange,
): Promise<string | undefined> {
  const answer = cuttable(step);
  if (answer === undefined || !context.stream) return undefined;
  const { surface, wire, target } = context;
  const bytes = streamBytes(answer, wire);
  if (target.isPenstock && bytes.length <= cutLimit && answer.ending !== "dropped") {
    const at = onceEach(bytes, { surface, wire });
    if (at !== undefined) return `C020: the client's bytes change when the vendor's are cut at byte ${at}`;
  }
  const cutAt = offsets(bytes.length, 3);
  const { answer: again } = await runStep(step, { ...context, cutAt });
  const seen = difference(visible(again), visible(uncut.answer));
  return seen === undefined
    ? undefined
    : `C020: the answer changes when the vendor's bytes are cut at ${cutAt.join(", ")}: ${seen}`;
}

const checked = new Map<string, number | undefined>();

/** Many cases have the same stream in common; one look at it is enough. */
function onceEach(bytes: Uint8Array, pair: Pair): number | undefined {
  const key = `${pair.surface.id} ${pair.wire.id} ${Bun.hash(bytes)}`;
  if (!checked.has(key)) checked.set(key, firstBadCut(bytes, pair));
  return checked.get(key);
}

function cuttable({ reply, ask, cuts }: Step): ScriptAnswer | undefined {
  if (cuts === false || ask.http?.hangUp !== undefined) return undefined;
  if (typeof reply !== "object" || !("parts" in reply)) return undefined;
  return reply.whole === true || reply.pace !== undefined || reply.ending === "heartbeats"
    ? undefined
    : reply;
}

function visible({ thinking, text, refusal, calls, finish, usage, error, violations }: Exchange["answer"]) {
  return { thinking, text, refusal, calls, finish, usage, error: error?.type, violations };
}

/** Spread over the stream; the same every time, so that a failure can be repeated. */
function offsets(length: number, count: number): readonly number[] {
  let state = length;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return 1 + (state % Math.max(1, length - 1));
  }).sort((a, b) => a - b);
}
