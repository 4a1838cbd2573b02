import type { ScriptUsage } from "./script.ts";

/** What a client of some dialect read from an answer, whichever dialect it was. */
export interface ClientAnswer {
  /** The id of the answer, where a later request can refer to it. */
  readonly id?: string;
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came. */
  readonly raw: string;
  /** When its headers and the pieces of its body came, in milliseconds after the request was sent. */
  readonly arrivals: readonly number[];
  readonly thinking: string;
  readonly text: string;
  readonly refusal: string;
  readonly calls: readonly ClientCall[];
  /** The dialect's own word for why the model stopped. */
  readonly finish: string | undefined;
  readonly stopSequence: string | undefined;
  readonly usage: ScriptUsage | undefined;
  readonly serviceTier: string | undefined;
  readonly error: ClientError | undefined;
  /** Where the answer broke the grammar of its dialect. */
  readonly violations: readonly string[];
  /** The assistant's turn as a client would send it back. */
  readonly turn: unknown;
}

/** A tool call as the client gathered it. */
export interface ClientCall {
  readonly id: string;
  readonly name: string;
  /** JSON text; of a whole answer that carries objects, printed again. */
  readonly arguments: string;
}

/** An error in the dialect's own shape, before or inside the stream. */
export interface ClientError {
  readonly type: string;
  readonly message: string;
  readonly code: string | undefined;
  /** The request field at fault, where the error names it. */
  readonly param: string | undefined;
  /** It came as an event of a stream that had begun. */
  readonly inStream: boolean;
}

/** What a surface's reader finds in a body; the transport adds status and headers. */
export type ReadAnswer = Omit<ClientAnswer, "status" | "headers" | "raw" | "arrivals">;

/** An answer of nothing. */
export const nothing: ReadAnswer = {
  thinking: "",
  text: "",
  refusal: "",
  calls: [],
  finish: undefined,
  stopSequence: undefined,
  usage: undefined,
  serviceTier: undefined,
  error: undefined,
  violations: [],
  turn: undefined,
};
