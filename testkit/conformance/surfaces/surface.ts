import type { Protocol } from "../../../src/wire/protocol.ts";
import type { ReadAnswer } from "../model/answer.ts";
import type { Ask } from "../model/ask.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Lacks } from "../model/feature.ts";
import type { SurfaceId } from "../model/ids.ts";
import type { ScriptStop } from "../model/script.ts";

/** A client's dialect: how it asks, and what it takes for a correct answer. */
export interface SurfaceAdapter {
  readonly id: SurfaceId;
  readonly lacks: Lacks;
  /** The same dialect in Penstock, for replays in memory. */
  readonly protocol: Protocol;
  write(ask: Ask, context: WriteContext): { readonly path: string; readonly body: unknown };
  /** Headers of every request of this dialect's clients. */
  headers(key: string): Readonly<Record<string, string>>;
  /** Reads a whole answer; strict about its shape. */
  readWhole(status: number, text: string): ReadAnswer;
  /** Reads a stream that has ended; strict about the grammar of its events. */
  readStream(text: string): ReadAnswer;
  /** Words for a stop that a client may see; several where the dialect has no word of its own for it. */
  readonly finishes: Readonly<Record<ScriptStop, readonly string[]>>;
  /** Types an error of this status may have. */
  errorTypes(status: number): readonly string[];
}

/** What a request depends on besides the ask. */
export interface WriteContext {
  readonly model: string | null;
  readonly stream: boolean;
  readonly earlier: readonly Exchange[];
}
