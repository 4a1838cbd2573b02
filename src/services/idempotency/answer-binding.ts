import type { Binding } from "../../secrets/binding.ts";

/** Binds a kept answer to the one idempotency key it answers. */
export function answerBinding({ orgId, id }: { readonly orgId: string; readonly id: string }): Binding {
  return { orgId, entity: id, field: "answer" };
}
