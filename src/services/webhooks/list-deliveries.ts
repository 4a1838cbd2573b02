import type { DeliveryStatus } from "../../storage/records/webhook-record.ts";

import { requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { DeliveryView } from "./delivery-view.ts";
import { requireWebhook } from "./require-webhook.ts";

const order: ListOrder<DeliveryView> = { list: "deliveries" };

/** What was, or is to be, told to one webhook; the newest first unless told otherwise. */
export async function listDeliveries(
  ctx: ServiceContext,
  input: PageInput & {
    readonly orgId: string;
    readonly webhookId: string;
    readonly status?: DeliveryStatus | undefined;
  },
): Promise<Page<DeliveryView>> {
  const { orgId, webhookId, status } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireWebhook(reads, input);
  return readPage({ ...input, sort: input.sort ?? "-created_at" }, order, (page) =>
    reads.deliveries.page({ ...page, orgId, webhookId, status }),
  );
}
