import { PenstockError } from "../errors/penstock-error.ts";
import type { KnownTurns, StoredTurns } from "../wire/stored-turns.ts";
import type { ByteSource, Outcome } from "./call.ts";
import type { Execution } from "./execution.ts";
import { parsedBody } from "./read-call.ts";

/** A request whose earlier turns are written out, and what becomes of its answer. */
export interface OpenTurn {
  /** What the caller sent. */
  readonly sent: unknown;
  /** What the surface's decoder reads. */
  readonly body: unknown;
  /** Keeps the answer on its way, where the caller wants that. */
  keep(outcome: Outcome): Outcome;
}

/**
 * Finds the earlier turns a request goes on from, for vendors that keep none.
 *
 * @throws PenstockError `previous_response_not_found`.
 */
export async function openTurn(execution: Execution): Promise<OpenTurn> {
  const { call, routed, context } = execution;
  const body = parsedBody(call, routed);
  const { storedTurns } = call.surface;
  if (storedTurns === undefined) return { sent: body, body, keep: (outcome) => outcome };
  const { previous, references, store } = storedTurns.read(body);
  const known = await findTurns(execution, { previous, references });
  const expanded = storedTurns.expand(body, known);
  if (!store) return { sent: body, body: expanded, keep: (outcome) => outcome };
  const put = (answer: unknown) => {
    const turn = storedTurns.turnOf(expanded, answer);
    if (turn !== undefined) void context.turns.put(call.key.org.id, turn).catch(() => {});
  };
  return { sent: body, body: expanded, keep: (outcome) => keeping(outcome, { storedTurns, put }) };
}

const referenceMark = Buffer.from('"item_reference"');

/** Whether this gateway keeps none of the turns a request goes on from or takes items of, so that a vendor may know them. */
export async function knowsNoTurnOf({ call, routed, context }: Execution): Promise<boolean> {
  const { body, surface, key } = call;
  const refers = Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(referenceMark);
  if (surface.storedTurns === undefined) return true;
  if (!refers && !routed.scan.fields.has("previous_response_id")) return true;
  const { previous, references } = surface.storedTurns.read(parsedBody(call, routed));
  const ids = previous === undefined ? references : [previous, ...references];
  const turns = await Promise.all(ids.map((id) => context.turns.get(key.org.id, id)));
  return turns.every((turn) => turn === undefined);
}

async function findTurns(
  { call, context }: Execution,
  wanted: { readonly previous: string | undefined; readonly references: readonly string[] },
): Promise<KnownTurns> {
  const find = (id: string) => context.turns.get(call.key.org.id, id);
  const previous = wanted.previous === undefined ? undefined : await find(wanted.previous);
  if (wanted.previous !== undefined && previous === undefined) {
    throw new PenstockError("previous_response_not_found", {
      fields: { id: wanted.previous },
      param: "previous_response_id",
    });
  }
  const referenced = await Promise.all(wanted.references.map(find));
  return {
    previous: previous?.items,
    referenced: referenced.flatMap((turn) => (turn === undefined ? [] : [turn.items])),
  };
}

interface Keeping {
  readonly storedTurns: StoredTurns;
  readonly put: (answer: unknown) => void;
}

function keeping(outcome: Outcome, { storedTurns, put }: Keeping): Outcome {
  if (outcome.kind === "body") {
    if (typeof outcome.body === "string") put(JSON.parse(outcome.body));
    return outcome;
  }
  const { source } = outcome;
  const kept: ByteSource = {
    async read() {
      const chunk = await source.read();
      if (typeof chunk === "string") {
        const answer = storedTurns.finalAnswer(chunk);
        if (answer !== undefined) put(answer);
      }
      return chunk;
    },
    cancel: () => source.cancel(),
  };
  return { ...outcome, source: kept };
}
