import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { MemberView } from "./member-view.ts";
import { requireMember } from "./require-member.ts";

export async function getMember(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly userId: string },
): Promise<MemberView> {
  requireViewer(ctx, input.orgId);
  return requireMember(ctx.storage.reads, input);
}
