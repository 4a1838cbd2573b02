import { type Client, toHeaders } from "../identity/client.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireSession } from "./read-session.ts";

/** One of a person's sessions as they see it; its token is nowhere to be had. Times are milliseconds since the epoch. */
export interface OwnSessionView {
  readonly id: string;
  /** The one that asks. */
  readonly current: boolean;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A person's live sessions, the newest first. Throws `session_missing`. */
export async function listSessions(ctx: ServiceContext, client: Client): Promise<readonly OwnSessionView[]> {
  const { session } = await requireSession(ctx, client);
  const all = await (await useAuth(ctx)).api.listSessions({ headers: toHeaders(client) });
  return all
    .map((each) => ({
      id: each.id,
      current: each.id === session.id,
      address: each.ipAddress || undefined,
      userAgent: each.userAgent || undefined,
      createdAt: each.createdAt.getTime(),
      expiresAt: each.expiresAt.getTime(),
    }))
    .sort((left, right) => right.createdAt - left.createdAt || (left.id < right.id ? 1 : -1));
}
