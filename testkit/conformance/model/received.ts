import type { AskToolChoice } from "./ask.ts";

/** What a vendor reads in a request, whichever wire it came by. */
export interface Received {
  readonly model: string;
  /** Instructions before the first turn, in order. */
  readonly system: readonly string[];
  readonly turns: readonly ReceivedTurn[];
  readonly tools: readonly ReceivedTool[];
  readonly toolChoice: AskToolChoice | undefined;
  readonly parallel: boolean | undefined;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stop: readonly string[];
  readonly effort: string | undefined;
  /** Tokens the model may think. */
  readonly budget: number | undefined;
  /** JSON Schema of the answer. */
  readonly schema: unknown;
  readonly serviceTier: string | undefined;
  /** Places that carry a cache marker, in the order of the prompt: `tool`, `system`, `user`, `assistant`, `result`. */
  readonly cached: readonly string[];
}

/** A turn; tools' results are parts of `user` turns. */
export interface ReceivedTurn {
  readonly role: "user" | "assistant" | "system";
  readonly parts: readonly ReceivedPart[];
}

export type ReceivedPart =
  | { readonly type: "text"; readonly text: string; readonly signature?: string }
  | { readonly type: "image"; readonly url?: string; readonly data?: string }
  | { readonly type: "file"; readonly data: string }
  | { readonly type: "thinking"; readonly text: string; readonly signature?: string }
  | { readonly type: "redacted"; readonly data: string }
  | {
      readonly type: "call";
      /** Empty where the wire lets calls go without. */
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly signature?: string;
    }
  | {
      readonly type: "result";
      readonly id: string;
      readonly text: string;
      readonly isError: boolean;
      readonly images: number;
    };

/** A tool as the vendor got it. */
export interface ReceivedTool {
  readonly name: string;
  readonly parameters: unknown;
}

/** All parts of all turns, in order. */
export function partsOf(received: Received): readonly ReceivedPart[] {
  return received.turns.flatMap(({ parts }) => parts);
}

/** All texts the vendor got, instructions and results included, in order. */
export function textsOf(received: Received): readonly string[] {
  return [
    ...received.system,
    ...partsOf(received).flatMap((part) =>
      part.type === "text" || part.type === "result" ? [part.text] : [],
    ),
  ];
}
