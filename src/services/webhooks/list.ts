import { foldName } from "../../storage/columns.ts";
import type { WebhookRecord } from "../../storage/records/webhook-record.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { toWebhookView, type WebhookView } from "./webhook-view.ts";

const order: ListOrder<WebhookRecord> = { list: "webhooks", texts: { name: ({ name }) => foldName(name) } };

/** The org's webhooks, page by page. */
export async function listWebhooks(
  ctx: ServiceContext,
  input: PageInput & {
    readonly orgId: string;
    /** Part of the name. */
    readonly query?: string | undefined;
  },
): Promise<Page<WebhookView>> {
  const { orgId, query } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const page = await readPage(input, order, (page) => reads.webhooks.page({ ...page, orgId, query }));
  const secrets = await reads.webhooks.secretsOf(page.data.map(({ id }) => id));
  const now = ctx.now();
  return { ...page, data: page.data.map((webhook) => toWebhookView(webhook, secrets, now)) };
}
