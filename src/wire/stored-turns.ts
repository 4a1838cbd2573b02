import type { JsonObject } from "./read-json.ts";

/** What a request says of earlier answers and of its own. */
export interface TurnRequest {
  /** The answer this request goes on from. */
  readonly previous: string | undefined;
  /** Answers of which single items are meant. */
  readonly references: readonly string[];
  /** The caller wants this answer kept. */
  readonly store: boolean;
}

/** One answer as it is kept: the whole conversation so far, in the surface's own items. */
export interface StoredTurn {
  readonly id: string;
  /** Everything the model would have to read to go on, this answer included. */
  readonly items: readonly JsonObject[];
  /** The answer as the client got it. */
  readonly answer: JsonObject;
}

/** For a surface whose clients refer to earlier answers by id: how to read, write and go on from a kept turn. Pure. */
export interface StoredTurns {
  /** @throws PenstockError `invalid_request` */
  read(body: unknown): TurnRequest;
  /** The body with what is kept written out and nothing said of keeping any more. */
  expand(body: unknown, known: KnownTurns): unknown;
  /** The turn after `answer` to the expanded body; undefined when it is nothing to go on from. */
  turnOf(expanded: unknown, answer: unknown): StoredTurn | undefined;
  /** The whole answer, if this piece of a stream of ours is the event that holds it. */
  finalAnswer(chunk: string): unknown;
  /**
   * The list of what was asked: everything the model read but this answer, as pages of `limit`, `order` and `after`.
   *
   * @throws PenstockError `invalid_request`
   */
  inputOf(turn: StoredTurn, query: URLSearchParams): unknown;
  /** What a client is told that deleted an answer. */
  deleted(id: string): unknown;
}

/** What the store had of a request's turns. */
export interface KnownTurns {
  readonly previous: readonly JsonObject[] | undefined;
  readonly referenced: readonly (readonly JsonObject[])[];
}
