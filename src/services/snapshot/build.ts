import { PenstockError } from "../../errors/penstock-error.ts";
import type { Snapshot } from "../../plane/snapshot.ts";
import type { ServiceContext } from "../service-context.ts";
export async function buildSnapshot(ctx: ServiceContext): Promise<Snapshot> {
  throw new PenstockError("internal", { cause: [ctx, ctx] });
}
