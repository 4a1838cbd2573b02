import { PenstockError } from "../errors/penstock-error.ts";
import type { ToolNames } from "../wire/neutral/tool-names.ts";
import type { AnswerContext, Protocol } from "../wire/protocol.ts";
import type { Meter } from "./meter.ts";
import type { Target } from "./plane.ts";
import type { Answer } from "./send.ts";

/** What both ways of passing a vendor's stream on need. */
export interface StreamCall {
  readonly requestId: string;
  readonly surface: Protocol;
  readonly wire: Protocol;
  readonly target: Target;
  readonly answer: Answer;
  readonly answerContext: AnswerContext;
  readonly meter: Meter;
  /** Milliseconds between two chunks. */
  readonly idle: number;
  /** The way back to the caller's tool names; undefined when none was changed. */
  readonly toolNames: ToolNames | undefined;
}

/** The vendor hung up before its terminal event. */
export function truncated({ target }: Pick<StreamCall, "target">): PenstockError {
  return new PenstockError("upstream_truncated", { fields: { provider: target.provider.config.name } });
}
