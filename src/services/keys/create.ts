import { PenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CreateKeyInput } from "./key-input.ts";
import type { KeyView } from "./key-view.ts";
/** `value` is given out this once. */
export async function createKey(
  ctx: ServiceContext,
  input: CreateKeyInput,
): Promise<{ readonly key: KeyView; readonly value: Secret }> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
