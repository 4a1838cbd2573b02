import { foldName } from "../../storage/columns.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { KeyState } from "../../storage/repositories/key-repository.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
import { toKeyView } from "./to-key-view.ts";

export interface ListKeysInput extends PageInput {
  readonly orgId: string;
  /** `live` by default: whatever is not revoked. */
  readonly state?: KeyState | "all" | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
}

const order: ListOrder<KeyRecord> = { list: "keys", texts: { name: (key) => foldName(key.name) } };

/** The org's keys in one state. */
export async function listKeys(ctx: ServiceContext, input: ListKeysInput): Promise<Page<KeyView>> {
  const { orgId, state = "live", query } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const now = ctx.now();
  const filter = { orgId, now, query, state: state === "all" ? undefined : state };
  const page = await readPage(input, order, (page) => reads.keys.page({ ...page, ...filter }));
  return { data: page.data.map((key) => toKeyView(key, now)), nextCursor: page.nextCursor };
}
