import { toPenstockError } from "../../errors/penstock-error.ts";
import { isAllowedHost } from "../../plane/allowed-hosts.ts";
import type { DeliveryRecord, WebhookRecord } from "../../storage/records/webhook-record.ts";
import type { DeliveryOfEvent } from "../../storage/repositories/delivery-repository.ts";
import type { ServiceContext } from "../service-context.ts";
import { signMessage } from "./sign-message.ts";
import { openSigningSecrets } from "./signing-secret.ts";

/** Milliseconds that a receiver has for its answer. */
const patienceMs = 10_000;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** How long is waited after each attempt that failed: after the last, about a day after the first, it is given up. */
const pauses = [
  ...[5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
  ...[hour, 2 * hour, 4 * hour, 8 * hour, 8 * hour],
];

/** What one attempt found out; `error` is our own text. */
interface Outcome {
  readonly status: number | undefined;
  readonly error: string | undefined;
}

/**
 * Sends a message once and writes down how it went. `once`: a failure is not tried again. Rejects with `storage_unavailable`;
 * what the receiver does is never thrown.
 */
export async function attemptDelivery(
  ctx: ServiceContext,
  delivery: DeliveryOfEvent,
  { once, stop }: { readonly once: boolean; readonly stop?: AbortSignal },
): Promise<DeliveryRecord> {
  const { type: _type, payload: _payload, ...record } = delivery;
  const { orgId, webhookId } = delivery;
  const webhook = await ctx.storage.reads.webhooks.find({ orgId, id: webhookId });
  if (webhook === undefined) return record;
  const { status, error } = await send(ctx, webhook, { delivery, once, stop });
  // What was cut off by the end of this process is not the receiver's fault: its time comes again.
  if (stop?.aborted && error !== undefined) return record;
  const at = ctx.now();
  const pause = once ? undefined : pauses[record.attempts];
  const next: DeliveryRecord = {
    ...record,
    attempts: record.attempts + 1,
    status: error === undefined ? "delivered" : pause === undefined ? "failed" : "pending",
    nextAt: error === undefined || pause === undefined ? undefined : at + pause,
    lastStatus: status,
    lastError: error,
    deliveredAt: error === undefined ? at : undefined,
  };
  await ctx.storage.change((writes) => writes.deliveries.replace(next));
  return next;
}

async function send(
  ctx: ServiceContext,
  webhook: WebhookRecord,
  {
    delivery,
    once,
    stop,
  }: {
    readonly delivery: DeliveryOfEvent;
    readonly once: boolean;
    readonly stop: AbortSignal | undefined;
  },
): Promise<Outcome> {
  if (!webhook.enabled && !once) return { status: undefined, error: "The webhook is disabled." };
  const host = URL.parse(webhook.url)?.hostname ?? "";
  const org = await ctx.storage.reads.orgs.find(webhook.orgId);
  if (!isAllowedHost(host, org?.settings.allowedHosts))
    return { status: undefined, error: `The organization does not allow the host \`${host}\`.` };
  const secrets = await openSigningSecrets(ctx, { webhookId: webhook.id, now: ctx.now() });
  const timestamp = Math.floor(ctx.now() / 1000);
  const signed = signMessage({ id: delivery.eventId, timestamp, body: delivery.payload }, secrets);
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const response = await ctx.driverFetch(webhook.url, {
      method: "POST",
      headers: { ...signed, "content-type": "application/json", "user-agent": "penstock-webhooks" },
      body: delivery.payload,
      signal: stop === undefined ? patience : AbortSignal.any([patience, stop]),
    });
    // Nobody reads what it says.
    await response.body?.cancel();
    return { status: response.status, error: refusalOf(response.status) };
  } catch (thrown) {
    if (patience.aborted) return { status: undefined, error: "No answer came within 10 seconds." };
    const { code, message } = toPenstockError(thrown);
    const error = code === "egress_refused" ? message : "The connection failed.";
    return { status: undefined, error };
  }
}

function refusalOf(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return `It answered with a redirect (${status}), which is not followed.`;
  return `It answered with the status ${status}.`;
}
