import type { ByteSource, Call, Outcome } from "../engine/call.ts";
import { ClientGone } from "../engine/send.ts";
import { toPenstockError } from "../errors/penstock-error.ts";

/** A stream that has begun before its source is there; what goes wrong until then is written into it. */
export function lateSource(
  outcome: Promise<Outcome>,
  call: Call,
  onInternalError: (error: unknown, requestId: string) => void,
): ByteSource {
  let source: ByteSource | undefined;
  let cancelled = false;
  return {
    async read() {
      if (cancelled) return undefined;
      if (source !== undefined) return source.read();
      try {
        const late = await outcome;
        if (late.kind === "stream") source = late.source;
      } catch (error) {
        cancelled = true;
        if (error instanceof ClientGone) return undefined;
        const failure = toPenstockError(error);
        if (failure.code === "internal") onInternalError(failure.cause, call.requestId);
        return call.surface.encodeStreamError(failure, call.requestId);
      }
      return cancelled ? undefined : source?.read();
    },
    cancel() {
      cancelled = true;
      // Before the source is there, the client's signal ends the vendor call; a source that comes later is closed.
      if (source !== undefined) source.cancel();
      else
        outcome.then(
          (late) => late.kind === "stream" && late.source.cancel(),
          () => {},
        );
    },
  };
}
