import type { StoredTurn } from "../wire/stored-turns.ts";

/**
 * Where the data plane keeps answers that clients go on from by id, when the vendor does not. Nothing crosses orgs. What is
 * kept may be gone at any time: bounded in size and age.
 */
export interface TurnStore {
  get(orgId: string, id: string): Promise<StoredTurn | undefined>;
  put(orgId: string, turn: StoredTurn): Promise<void>;
  /** Whether there was one. */
  delete(orgId: string, id: string): Promise<boolean>;
}
