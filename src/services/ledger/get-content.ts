import type { ContentRecord } from "../../plane/content-record.ts";
import { notFound, requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";

/** What a call said and was answered. Reading it is an act of its own in the audit log. Throws `not_found`. */
export async function getContent(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly requestId: string },
): Promise<ContentRecord> {
  requireAdmin(ctx, input.orgId);
  await ctx.flushContents?.();
  const content = await ctx.storage.contents.find(input);
  if (content === undefined || content.expiresAt <= ctx.now()) {
    throw notFound(`no content is kept of request ${input.requestId}`);
  }
  await ctx.storage.change((writes) =>
    recordAct(ctx, writes, {
      orgId: input.orgId,
      action: "request.read_content",
      target: { kind: "request", id: input.requestId, name: input.requestId },
    }),
  );
  return content;
}
