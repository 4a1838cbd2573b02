import type { KeyPlane } from "../../engine/plane.ts";
import type { TurnStore } from "../../engine/turn-store.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Protocol } from "../../wire/protocol.ts";

/**
 * Reads or deletes an answer this gateway keeps. Answers that a vendor keeps are the vendor's to give: nothing here says
 * which vendor that was.
 *
 * @throws PenstockError `not_found`.
 */
export async function serveResponse(
  turns: TurnStore,
  { key, id, method, surface }: { key: KeyPlane; id: string; method: string; surface: Protocol },
): Promise<unknown> {
  const orgId = key.org.id;
  if (method === "DELETE") {
    if (await turns.delete(orgId, id)) return surface.storedTurns?.deleted(id);
  } else {
    const turn = await turns.get(orgId, id);
    if (turn !== undefined) return turn.answer;
  }
  throw new PenstockError("not_found", {
    fields: { what: `this gateway keeps no response with id '${id}'` },
  });
}
