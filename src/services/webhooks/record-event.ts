import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import type { EventType } from "./event-types.ts";

export interface NewEvent {
  readonly orgId: string;
  readonly type: EventType;
  /** The same for all who notice the same; only the first makes an event of it. */
  readonly occasion: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Writes down what happened, and for each webhook that wants to know of it that it is to be told. */
export async function recordEvent(ctx: ServiceContext, writes: Writes, event: NewEvent): Promise<void> {
  const { orgId, type, occasion, data } = event;
  // An org that is gone by now has nobody to tell.
  if ((await writes.orgs.find(orgId)) === undefined) return;
  const at = ctx.now();
  const id = ctx.newId("evt");
  const payload = messageOf({ type, at, data });
  if (!(await writes.deliveries.insertEvent({ id, orgId, occasion, type, payload, createdAt: at }))) return;
  for (const webhook of await writes.webhooks.listByOrg(orgId)) {
    if (!webhook.enabled || !webhook.events.includes(type)) continue;
    await writes.deliveries.insert({
      ...{ id: ctx.newId("dlv"), orgId, webhookId: webhook.id, eventId: id },
      ...{ status: "pending", attempts: 0, nextAt: at, createdAt: at },
      ...{ lastStatus: undefined, lastError: undefined, deliveredAt: undefined },
    });
  }
}

/** The body of a message. `at`: milliseconds since the epoch. */
export function messageOf({
  type,
  at,
  data,
}: {
  readonly type: string;
  readonly at: number;
  readonly data: unknown;
}): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}
