import { always, lossesOf, wellFormed } from "../expect/gateway.ts";
import type { ConformanceCase, Mode, Step } from "../model/conformance-case.ts";
import type { Exchange } from "../model/exchange.ts";
import { allWires } from "../wires/all-wires.ts";
import type { WireAdapter } from "../wires/wire.ts";
import { whyNot } from "./applies.ts";
import { cutProblem } from "./cuts.ts";
import { pickUpstream } from "./mock-set.ts";
import type { Pair } from "./replay.ts";
import type { CaseResult } from "./result.ts";
import { runStep, type StepContext } from "./run-step.ts";
import type { Target } from "./target.ts";
import type { Trap } from "./trap.ts";

/** Where a case runs. */
export interface CaseContext extends Pair {
  readonly target: Target;
  readonly trap: Trap;
}

/** A case with the name of the group it is in. */
export type GroupedCase = ConformanceCase & { readonly group: string };

/** Runs a case in one cell, streamed and not. */
export async function runCase(theCase: GroupedCase, context: CaseContext): Promise<CaseResult> {
  const { surface, wire, target } = context;
  const modes = theCase.modes ?? (["stream", "whole"] as const);
  const { id, title, source, group } = theCase;
  const head = { id, title, source, group, surface: surface.id, wire: wire.id, modes, losses: [] };
  const notApplicable = whyNot(theCase, context) ?? whyNotHere(theCase, context);
  if (notApplicable !== undefined) return { ...head, verdict: "n.a.", reason: notApplicable };
  const losses = new Set<string>();
  for (const mode of modes) {
    const problem = await runMode(theCase, mode, { ...context, losses });
    if (problem === undefined) continue;
    const known = target.isPenstock ? knownFailure(theCase, { surface, wire, mode }) : undefined;
    const failed = { ...head, losses: [...losses], reason: `${mode}: ${problem}` };
    return known === undefined ? { ...failed, verdict: "fail" } : { ...failed, verdict: "known", known };
  }
  return { ...head, losses: [...losses], verdict: losses.size > 0 ? "loss" : "pass" };
}

function whyNotHere(theCase: ConformanceCase, { wire, target }: CaseContext): string | undefined {
  const lack = theCase.requires === undefined ? undefined : target.lacks[theCase.requires];
  if (lack !== undefined) return lack;
  if (pickUpstream(wire, theCase.upstream) === undefined)
    return `${wire.id} has no vendor of the kind \`${theCase.upstream}\``;
  const others = theCase.steps.map((step) => wireOf(step, { wire }).id).filter((id) => id !== wire.id);
  return target.model(wire.id, theCase.upstream) === undefined ||
    others.some((id) => target.model(id) === undefined)
    ? "no model was named for it (--model-for)"
    : undefined;
}

function wireOf({ movesTo }: Step, { wire }: Pick<Pair, "wire">): WireAdapter {
  return allWires.find(({ id }) => id === movesTo) ?? wire;
}

function knownFailure(
  { known = [] }: ConformanceCase,
  { surface, wire, mode }: Pair & { readonly mode: Mode },
): string | undefined {
  return known.find(
    ({ surfaces, wires, modes }) =>
      (surfaces?.includes(surface.id) ?? true) &&
      (wires?.includes(wire.id) ?? true) &&
      (modes?.includes(mode) ?? true),
  )?.why;
}

/** The first thing that does not hold; undefined when all do. */
async function runMode(
  theCase: ConformanceCase,
  mode: Mode,
  context: CaseContext & { readonly losses: Set<string> },
): Promise<string | undefined> {
  const { surface, trap, losses } = context;
  const target =
    theCase.requires === "keepalives" ? (context.target.patient ?? context.target) : context.target;
  const earlier: Exchange[] = [];
  for (const [i, step] of theCase.steps.entries()) {
    const wire = wireOf(step, context);
    const model = target.model(wire.id, step.movesTo === undefined ? theCase.upstream : undefined);
    if (model === undefined) return "the model is gone";
    const stepContext: StepContext = {
      target,
      surface,
      wire,
      trap,
      model: model.name,
      mock: model.mock,
      secrets: model.secrets,
      stream: mode === "stream",
      earlier: [...earlier],
      readsLedger: theCase.requires === "ledger",
    };
    const { exchange, problem } = await tryStep(step, stepContext);
    for (const loss of lossesOf(exchange).split(", ")) if (loss !== "") losses.add(loss);
    const where = theCase.steps.length > 1 ? `step ${i + 1}: ` : "";
    if (problem !== undefined) return where + problem;
    earlier.push(exchange);
  }
  return undefined;
}

/** How often a step that measures time is tried: a busy machine must not pass for a slow gateway. */
const timedTries = 3;

async function tryStep(
  step: Step,
  context: StepContext,
): Promise<{ readonly exchange: Exchange; readonly problem: string | undefined }> {
  const tries = isTimed(step) ? timedTries : 1;
  for (let attempt = 1; ; attempt++) {
    const exchange = await runStep(step, context);
    const problem = (await judge(step, exchange)) ?? (await cutProblem(step, context, exchange));
    if (problem === undefined || attempt === tries) return { exchange, problem };
  }
}

/** Whether the outcome of a case depends on how much else goes on. */
export function measuresTime({ steps }: ConformanceCase): boolean {
  return steps.some(isTimed);
}

/** Silence and departure are measured; what fails in the middle must have been told apart from what came before. */
function isTimed({ ask, reply, silentFor }: Step): boolean {
  if (ask.http?.hangUp !== undefined || silentFor !== undefined) return true;
  if (typeof reply !== "object") return false;
  // What is written for one vendor has a pace that only shows when it is played.
  if ("raw" in reply) return true;
  if (!("parts" in reply)) return false;
  return reply.pace !== undefined || reply.ending === "dropped" || typeof reply.ending === "object";
}

async function judge(step: Step, exchange: Exchange): Promise<string | undefined> {
  const left = step.ask.http?.hangUp !== undefined;
  const grammar = step.lenient === true || left ? [] : [wellFormed];
  if (exchange.answer.status === 0 && !left) return exchange.answer.violations.join("; ");
  // What a case is about comes first, so that its failure is told in its own words.
  for (const { name, check, orLoss = [] } of [...step.expect, ...grammar, ...always]) {
    const seen = await check(exchange);
    if (seen === undefined) continue;
    const losses = lossesOf(exchange);
    if (orLoss.some((field) => losses.includes(field))) continue;
    const silence = orLoss.length === 0 ? "" : `, and no loss of ${orLoss.join(" or ")} is named`;
    return `${name}: ${seen}${silence}`;
  }
  return undefined;
}
