import type { BenchSurface } from "../plan/lane.ts";

/** How a whole answer of one surface is told from one that lacks something. */
export interface SurfaceMarks {
  /** Name of the counter of output tokens. */
  readonly outputTokens: string;
  /** In the last event of a stream. */
  readonly terminal: RegExp;
  /** How often a stream tells each piece of text. */
  readonly copies: number;
  /** Bytes from the end of an answer in which usage and terminal event are. */
  readonly tailBytes: number;
}

const aFewEvents = 4096;

/** The marks of each surface. */
export const surfaceMarks: Readonly<Record<BenchSurface, SurfaceMarks>> = {
  "openai-chat": {
    outputTokens: "completion_tokens",
    terminal: /data: ?\[DONE\]\s*$/,
    copies: 1,
    tailBytes: aFewEvents,
  },
  "anthropic-messages": {
    outputTokens: "output_tokens",
    terminal: /"type": ?"message_stop"/,
    copies: 1,
    tailBytes: aFewEvents,
  },
  "openai-responses": {
    outputTokens: "output_tokens",
    terminal: /"type": ?"response\.completed"/,
    // The deltas, then the whole text in output_text.done, content_part.done, output_item.done and response.completed.
    copies: 5,
    // The last event repeats the text, the instructions and the tools.
    tailBytes: 32 * 1024,
  },
};
