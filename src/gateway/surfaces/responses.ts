import type { KeyPlane } from "../../engine/plane.ts";
import type { TurnStore } from "../../engine/turn-store.ts";
import type { Protocol } from "../../wire/protocol.ts";
import { invalid } from "../../wire/read-json.ts";
import type { PathMatch } from "../path-match.ts";

export interface ServeResponseOptions {
  readonly key: KeyPlane;
  readonly match: PathMatch;
  readonly request: Request;
  readonly surface: Protocol;
}

/**
 * Reads or deletes an answer this gateway keeps, or lists what it answered; undefined when it keeps none such.
 *
 * @throws PenstockError `invalid_request` for what can only be done with an answer still in the making.
 */
export async function serveResponse(
  turns: TurnStore,
  { key, match, request, surface }: ServeResponseOptions,
): Promise<unknown> {
  const orgId = key.org.id;
  const { id = "", endpoint } = match;
  const turn = await turns.get(orgId, id);
  if (turn === undefined) return undefined;
  if (endpoint === "response_cancel") {
    return invalid(
      "response_id",
      "names an answer that is complete: only one made in the background can be cancelled",
    );
  }
  const query = new URL(request.url).searchParams;
  if (endpoint === "response_input_items") return surface.storedTurns?.inputOf(turn, query);
  if (request.method === "DELETE") {
    await turns.delete(orgId, id);
    return surface.storedTurns?.deleted(id);
  }
  if (query.get("stream") === "true")
    invalid("stream", "must be false: an answer that is kept is given whole");
  return turn.answer;
}
