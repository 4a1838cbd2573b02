import type { DeliveryRecord } from "../../storage/records/webhook-record.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";
import { attemptDelivery } from "./attempt-delivery.ts";
import type { DeliveryView } from "./delivery-view.ts";
import { messageOf } from "./record-event.ts";
import { requireWebhook } from "./require-webhook.ts";
import { webhookTarget } from "./webhook-act.ts";

/** Sends a message that says nothing, once, and tells how it went. */
export async function sendTestMessage(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly webhookId: string },
): Promise<DeliveryView> {
  requireAdmin(ctx, input.orgId);
  const at = ctx.now();
  const type = "webhook.test";
  const event = { id: ctx.newId("evt"), orgId: input.orgId, type, createdAt: at };
  const payload = messageOf({ type, at, data: { org_id: input.orgId, webhook_id: input.webhookId } });
  const delivery = await ctx.storage.change(async (writes) => {
    const webhook = await requireWebhook(writes, input);
    await writes.deliveries.insertEvent({ ...event, payload, occasion: event.id });
    const made: DeliveryRecord = {
      ...{ id: ctx.newId("dlv"), orgId: input.orgId, webhookId: webhook.id, eventId: event.id },
      // Nobody's but ours: no job finds it.
      ...{ status: "pending", attempts: 0, nextAt: undefined, createdAt: at },
      ...{ lastStatus: undefined, lastError: undefined, deliveredAt: undefined },
    };
    await writes.deliveries.insert(made);
    await recordAct(ctx, writes, { ...webhookTarget(webhook), action: "webhook.test" });
    return { ...made, type, payload };
  });
  return { ...delivery, ...(await attemptDelivery(ctx, delivery, { once: true })) };
}
