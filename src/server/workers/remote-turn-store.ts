import type { TurnStore } from "../../engine/turn-store.ts";
import type { StoredTurn } from "../../wire/stored-turns.ts";
import type { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";

const patienceMs = 5_000;

/** Kept answers as the primary keeps them: a client may go on from an answer at whichever worker it meets. */
export class RemoteTurnStore implements TurnStore {
  readonly #channel: Channel<WorkerSays, PrimarySays>;

  constructor(channel: Channel<WorkerSays, PrimarySays>) {
    this.#channel = channel;
  }

  async get(orgId: string, id: string): Promise<StoredTurn | undefined> {
    return (await this.#channel.ask("turnGet", { orgId, id }, patienceMs)) ?? undefined;
  }

  async put(orgId: string, turn: StoredTurn): Promise<void> {
    // What is kept may be gone at any time, so a primary that is going loses nothing that was promised.
    await this.#channel.ask("turnPut", { orgId, turn }, patienceMs).catch(() => {});
  }

  delete(orgId: string, id: string): Promise<boolean> {
    return this.#channel.ask("turnDelete", { orgId, id }, patienceMs);
  }
}
