import type { MockVendor, RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import type { Step } from "../model/conformance-case.ts";
import type { Exchange } from "../model/exchange.ts";
import type { SurfaceAdapter } from "../surfaces/surface.ts";
import type { WireAdapter } from "../wires/wire.ts";
import { playScript } from "./play-script.ts";
import { type Sent, sendAsk } from "./send-ask.ts";
import type { Target } from "./target.ts";
import type { Trap } from "./trap.ts";

/** Where a step runs. */
export interface StepContext {
  readonly target: Target;
  readonly surface: SurfaceAdapter;
  readonly wire: WireAdapter;
  readonly model: string;
  readonly mock: MockVendor;
  readonly secrets: readonly string[];
  readonly stream: boolean;
  readonly earlier: readonly Exchange[];
  readonly trap: Trap;
  readonly readsLedger: boolean;
  /** How the vendor's bytes are cut on their way. */
  readonly cutAt?: readonly number[];
}

/** How long a gateway has to hang up on its vendor, in milliseconds, before it counts as never. */
const abortPatience = 2_000;

/** Runs one request with its scripted vendor and gathers what both sides saw. */
export async function runStep(step: Step, context: StepContext): Promise<Exchange> {
  const { target, surface, wire, mock, stream, earlier, trap } = context;
  const before = mock.requests.length;
  const trapped = trap.calls;
  const { reply } = step;
  const silence = (step.silentFor ?? 0) * target.keepaliveMs;
  mock.answerAll(
    reply === undefined
      ? undefined
      : (request) => late(recut(playScript(reply, request, wire), context.cutAt), silence),
  );
  const arrived = mock.nextRequest();
  const sent = sendAsk(step.ask, {
    url: target.url,
    key: target.key,
    model: context.model,
    surface,
    stream,
    earlier,
    trapUrl: trap.url,
    silence,
  });
  const abortedAfter = await hangUp(step.ask.http?.hangUp, { sent, arrived });
  const answer = await sent.answer;
  mock.answerAll(undefined);
  const requestId = answer.headers.get("x-penstock-request-id") ?? "";
  return {
    ask: step.ask,
    stream,
    surface,
    wire,
    answer,
    received: mock.requests.slice(before).filter(({ method }) => method === "POST"),
    vendorSecrets: context.secrets,
    lossHeader: target.lossHeader,
    earlier,
    keepaliveMs: target.keepaliveMs,
    abortedAfter,
    trapped: trap.calls - trapped,
    ledger:
      context.readsLedger && target.ledger !== undefined && requestId !== ""
        ? await target.ledger(requestId)
        : undefined,
  };
}

/** The same reply in other pieces. */
function recut(reply: ScriptedReply, cutAt: readonly number[] | undefined): ScriptedReply {
  if (cutAt === undefined) return reply;
  return { ...reply, pace: { ...reply.pace, cutAt: [...(reply.pace?.cutAt ?? []), ...cutAt] } };
}

/** The same reply after some milliseconds in which the vendor says nothing. */
function late(reply: ScriptedReply, delayMs: number): ScriptedReply {
  return delayMs === 0 ? reply : { ...reply, pace: { ...reply.pace, delayMs } };
}

async function hangUp(
  when: "before-answer" | "mid-stream" | undefined,
  { sent, arrived }: { readonly sent: Sent; readonly arrived: Promise<RecordedRequest> },
): Promise<number | undefined> {
  if (when === undefined) return undefined;
  const request = await Promise.race([arrived, Bun.sleep(abortPatience)]);
  if (request === undefined) return undefined;
  if (when === "mid-stream") await Promise.race([sent.begun, Bun.sleep(abortPatience)]);
  const left = performance.now();
  sent.hangUp();
  const noticed = await Promise.race([request.aborted, Bun.sleep(abortPatience)]);
  return noticed === undefined ? undefined : noticed - left;
}
