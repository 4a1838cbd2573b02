import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { UpdateKeyInput } from "./key-input.ts";
import type { KeyView } from "./key-view.ts";
export async function updateKey(ctx: ServiceContext, input: UpdateKeyInput): Promise<KeyView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
