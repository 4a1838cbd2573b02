import { PenstockError } from "../../errors/penstock-error.ts";
import type { Call } from "../call.ts";

const header = "x-penstock-timeout-ms";

/** A day: what is longer is a mistake. */
const longest = 86_400_000;

/**
 * Until when the caller waits for the first content, in ticks; undefined: as long as it takes.
 *
 * @throws PenstockError `invalid_request` for a value that is no number of milliseconds.
 */
export function readDeadline({ headers, startedTick }: Call): number | undefined {
  const text = headers.get(header);
  if (text === null) return undefined;
  const ms = Number(text);
  if (/^\d+$/.test(text) && ms >= 1 && ms <= longest) return startedTick + ms;
  const reason = `\`${header}\` must be a whole number of milliseconds from 1 to ${longest}.`;
  throw new PenstockError("invalid_request", { fields: { reason }, param: header });
}
