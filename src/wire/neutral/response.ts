import type { AssistantPart } from "./part.ts";
import type { StopReason } from "./stop-reason.ts";
import type { Usage } from "./usage.ts";

/** A complete answer in terms of no vendor. */
export interface NeutralResponse {
  /** The vendor's id of the answer. */
  readonly id: string;
  /** The model as the vendor names it. */
  readonly model: string;
  /** Unix seconds, where the vendor says. */
  readonly created?: number;
  readonly parts: readonly AssistantPart[];
  readonly stopReason: StopReason;
  /** The sequence that stopped the model. */
  readonly stopSequence?: string;
  readonly usage: Usage;
  readonly serviceTier?: string;
}
