import { PenstockError } from "../../errors/penstock-error.ts";

/** Where a worker finds its work; told by the primary in the environment of the process. */
export interface Seat {
  /** From 1. */
  readonly index: number;
  /** How many seats there are. */
  readonly count: number;
  /** That all workers share. */
  readonly port: number;
  /** Of the Unix sockets by which processes pass requests on. */
  readonly folder: string;
}

/** Not a setting: set by the primary for its workers only. */
const variable = "PENSTOCK_WORKER_SEAT";

/** The environment of the worker that gets this seat. */
export function seatEnvironment(seat: Seat): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify(seat) };
}

/** Undefined in a process that no primary started. */
export function readSeat(env: Readonly<Record<string, string | undefined>>): Seat | undefined {
  const text = env[variable];
  if (text === undefined || text === "") return undefined;
  if (process.send === undefined)
    throw new PenstockError("invalid_request", {
      fields: { reason: `${variable} is not a setting; unset it.` },
    });
  // Written by this program, into this process alone.
  return JSON.parse(text) as Seat;
}
