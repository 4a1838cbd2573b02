import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { OrgRecord } from "../../storage/records/org-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireOrg } from "../access.ts";

/** A place where the org's configuration names a model. */
export type Binding =
  | {
      readonly kind: "default_model" | "default_embedding_model";
      readonly org: OrgRecord;
      readonly name: string;
    }
  | { readonly kind: "key"; readonly key: KeyRecord; readonly name: string };

/** Every place of the org that names a model. */
export async function listBindings(reads: Reads, orgId: string): Promise<readonly Binding[]> {
  const org = await requireOrg(reads, orgId);
  const { defaultModel, settings } = org;
  const defaults = [
    { kind: "default_model", org, name: defaultModel } as const,
    { kind: "default_embedding_model", org, name: settings.defaultEmbeddingModel } as const,
  ].flatMap(({ name, ...rest }): Binding[] => (name === undefined ? [] : [{ ...rest, name }]));
  const keys = (await reads.keys.listLiveByOrg(orgId)).flatMap((key) =>
    (key.allowedModels ?? []).map((name): Binding => ({ kind: "key", key, name })),
  );
  return [...defaults, ...keys];
}

/** What the binding belongs to, for people. */
export function holderOf(binding: Binding): { readonly id: string; readonly name: string } {
  switch (binding.kind) {
    case "default_model":
    case "default_embedding_model":
      return binding.org;
    case "key":
      return binding.key;
  }
}
