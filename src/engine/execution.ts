import type { Call } from "./call.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Meter } from "./meter.ts";
import type { RoutedCall } from "./read-call.ts";

/** A call on its way: what every step of the engine works on. */
export interface Execution {
  readonly context: EngineContext;
  readonly call: Call;
  readonly routed: RoutedCall;
  readonly meter: Meter;
  /** Headers of the answer that are known before the vendor is called. */
  readonly headers: Record<string, string>;
}
