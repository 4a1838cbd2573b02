import { type Edit, editBody } from "../../wire/json/edit-body.ts";
import type { Execution } from "../execution.ts";

/** Bytes of the client's body that were overwritten. */
export interface Original {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** The body with the edits made, in its own place where they fit; `restoreBody` gives the next attempt what the client sent. */
export function editCallBody(execution: Execution, edits: readonly Edit[]): Uint8Array {
  const { body } = execution.call;
  if (edits.length === 0) return body;
  // Not `slice`: that of a Buffer is no copy.
  const originals = edits.map(({ start, end }) => ({
    start,
    bytes: new Uint8Array(body.subarray(start, end)),
  }));
  const edited = editBody(body, edits);
  // Only then has the client's own body changed.
  if (edited === body) execution.originals = originals;
  return edited;
}

/** Takes back what `editCallBody` overwrote. */
export function restoreBody(execution: Execution): void {
  const { originals, call } = execution;
  if (originals === undefined) return;
  for (const { start, bytes } of originals) call.body.set(bytes, start);
  execution.originals = undefined;
}
