import type { GatewayContext } from "../gateway-context.ts";
import { Generations } from "./generations.ts";
import { MemoryGenerationStore } from "./memory-generation-store.ts";
import { Orphans } from "./orphans.ts";

/** What bounds calls that outlive their clients. */
export interface DisconnectLimits {
  /** Milliseconds a call may go on after its client has left. */
  readonly orphanMs: number;
  /** How many calls may go on so at a time. */
  readonly orphans: number;
  /** Milliseconds a finished answer is kept for a retry. */
  readonly keptMs: number;
  /** Bytes of all answers that are kept. */
  readonly keptBytes: number;
}

/** The generations of one gateway, kept in this process. */
export function createGenerations({ engine, disconnects, onInternalError }: GatewayContext): Generations {
  const { orphanMs, orphans, keptMs, keptBytes } = disconnects;
  const { tick, watchdog } = engine;
  return new Generations({
    engine,
    onInternalError,
    orphans: new Orphans(watchdog, { longestMs: orphanMs, most: orphans }),
    store: new MemoryGenerationStore({ keptMs, mostBytes: keptBytes, tick, watchdog }),
  });
}
