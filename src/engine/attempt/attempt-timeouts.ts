import type { Execution } from "../execution.ts";

/** Milliseconds the vendor has until its first byte: as the route, the provider or the process says, within what the caller waits. */
export function firstByteMs({ candidate, context, deadline }: Execution): number {
  const allowed =
    candidate.timeouts?.firstByteMs ??
    candidate.target.provider.config.timeouts?.firstByteMs ??
    context.timeouts.firstByte;
  return deadline === undefined ? allowed : Math.max(1, Math.min(allowed, deadline - context.tick()));
}

/** Milliseconds between two chunks of its stream. */
export function idleMs({ candidate, context }: Execution): number {
  return (
    candidate.timeouts?.idleMs ?? candidate.target.provider.config.timeouts?.idleMs ?? context.timeouts.idle
  );
}
