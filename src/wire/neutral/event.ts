import type { Origin, Signed, VendorValue } from "./part.ts";
import type { StopReason } from "./stop-reason.ts";
import type { Usage } from "./usage.ts";
import type { VendorError } from "./vendor-error.ts";

/**
 * A stream in terms of no vendor: `start`, then parts (each `part-start`, deltas, `part-end`; `index` rises from 0 in
 * order of start; parts may interleave), `usage` any number of times (the last wins), and exactly one of `finish` or
 * `error` at the end.
 */
export type NeutralEvent =
  | {
      readonly type: "start";
      readonly id: string;
      readonly model: string;
      /** Unix seconds, where the vendor says. */
      readonly created?: number;
      readonly serviceTier?: string;
    }
  | { readonly type: "part-start"; readonly index: number; readonly part: StreamPart }
  | { readonly type: "text-delta"; readonly index: number; readonly text: string }
  | { readonly type: "thinking-delta"; readonly index: number; readonly text: string }
  | { readonly type: "signature"; readonly index: number; readonly signature: string }
  | { readonly type: "arguments-delta"; readonly index: number; readonly text: string }
  | { readonly type: "refusal-delta"; readonly index: number; readonly text: string }
  | ({ readonly type: "citation"; readonly index: number } & VendorValue)
  | { readonly type: "part-end"; readonly index: number }
  | { readonly type: "usage"; readonly usage: Usage }
  | {
      readonly type: "finish";
      readonly reason: StopReason;
      readonly stopSequence?: string;
      /** The tier that served the answer, where the vendor tells it only at the end or otherwise than at the start. */
      readonly serviceTier?: string;
    }
  | { readonly type: "error"; readonly error: VendorError }
  /** The vendor says it is still there. */
  | { readonly type: "ping" };

/**
 * What a part is, said when it starts, with its own signature where it has one. Text, thinking or arguments follow as
 * deltas; `signature` events are for thinking only.
 */
export type StreamPart =
  | ({ readonly type: "text" } & Signed)
  | { readonly type: "refusal" }
  | { readonly type: "thinking"; readonly origin: Origin }
  | { readonly type: "redacted_thinking"; readonly data: string; readonly origin: Origin }
  | ({
      readonly type: "tool_call";
      readonly id: string;
      readonly name: string;
      readonly kind: "function" | "custom";
    } & Signed)
  | ({ readonly type: "opaque"; readonly name: string } & VendorValue);
