import type { Snapshot } from "../../plane/snapshot.ts";
import type { ServiceContext } from "../service-context.ts";
import { SnapshotBuilder } from "./builder.ts";

/** The configuration of every org as of one version, with credentials decrypted. */
export function buildSnapshot(ctx: ServiceContext): Promise<Snapshot> {
  return new SnapshotBuilder(ctx).build();
}
