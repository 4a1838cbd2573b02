import type { InstanceKey } from "../../storage/repositories/instance-repository.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { instanceBinding } from "../bootstrap/open-vault.ts";
import type { SealedPlace, SealedStore } from "./sealed-store.ts";

const keys: readonly InstanceKey[] = ["bootstrap_pending", "pepper"];

/** What the instance keeps sealed for itself. */
export const sealedInstanceEntries: SealedStore = {
  name: "instance",
  table: "instance",
  async page(reads, { after = "", limit }) {
    const places: SealedPlace[] = [];
    for (const key of keys.filter((each) => each > after).slice(0, limit)) {
      const sealed = await reads.instance.get(key);
      if (sealed !== undefined) places.push(entry(key, sealed));
    }
    return places;
  },
};

function entry(key: InstanceKey, sealed: string): SealedPlace {
  return {
    cursor: key,
    what: `instance ${key}`,
    sealed,
    binding: instanceBinding(key),
    async replace(writes: Writes, renewed: string) {
      if ((await writes.instance.get(key)) === sealed) await writes.instance.set(key, renewed);
    },
  };
}
