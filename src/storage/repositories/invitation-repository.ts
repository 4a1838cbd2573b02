import type { Kysely } from "kysely";
import { toNull, toOptional } from "../columns.ts";
import type { InvitationRecord } from "../records/invitation-record.ts";
import type { Row, Schema } from "../schema.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";

export class InvitationReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's invitation too. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<InvitationRecord | undefined> {
    const row = await this.db
      .selectFrom("invitations")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("id", "=", ref.id)
      .executeTakeFirst();
    return row && toInvitation(row);
  }

  async findByDigest(digest: string): Promise<InvitationRecord | undefined> {
    const row = await this.db
      .selectFrom("invitations")
      .selectAll()
      .where("token_digest", "=", digest)
      .executeTakeFirst();
    return row && toInvitation(row);
  }

  /** Neither accepted nor revoked, expired or not. */
  async listOpen(query: {
    readonly email: string;
    readonly orgId?: string | undefined;
  }): Promise<readonly InvitationRecord[]> {
    let select = this.db
      .selectFrom("invitations")
      .selectAll()
      .where("email", "=", query.email)
      .where("accepted_at", "is", null)
      .where("revoked_at", "is", null)
      .orderBy("id");
    if (query.orgId !== undefined) select = select.where("org_id", "=", query.orgId);
    return (await select.execute()).map(toInvitation);
  }

  /** Open ones, expired ones included; all of them when asked. */
  async page(
    filter: PageQuery & {
      readonly orgId: string;
      readonly closed: boolean;
      /** Part of the email address. */
      readonly query?: string | undefined;
    },
  ): Promise<readonly InvitationRecord[]> {
    let select = paged(this.db.selectFrom("invitations").selectAll().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: { email: "email" } },
    });
    if (filter.query !== undefined) select = select.where(contains("email", filter.query));
    if (!filter.closed) select = select.where("accepted_at", "is", null).where("revoked_at", "is", null);
    return (await select.execute()).map(toInvitation);
  }
}

export class InvitationRepository extends InvitationReads {
  async insert(invitation: InvitationRecord): Promise<void> {
    await this.db
      .insertInto("invitations")
      .values({
        id: invitation.id,
        org_id: invitation.orgId,
        email: invitation.email,
        role: invitation.role,
        token_digest: invitation.tokenDigest,
        invited_by: invitation.invitedBy,
        expires_at: invitation.expiresAt,
        accepted_at: toNull(invitation.acceptedAt),
        revoked_at: toNull(invitation.revokedAt),
        created_at: invitation.createdAt,
        updated_at: invitation.updatedAt,
      })
      .execute();
  }

  async close(change: {
    readonly id: string;
    readonly how: "accepted" | "revoked";
    readonly at: number;
  }): Promise<void> {
    await this.db
      .updateTable("invitations")
      .set(change.how === "accepted" ? { accepted_at: change.at } : { revoked_at: change.at })
      .set({ updated_at: change.at })
      .where("id", "=", change.id)
      .execute();
  }
}

function toInvitation(row: Row<"invitations">): InvitationRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    email: row.email,
    role: row.role,
    tokenDigest: row.token_digest,
    invitedBy: row.invited_by,
    expiresAt: row.expires_at,
    acceptedAt: toOptional(row.accepted_at),
    revokedAt: toOptional(row.revoked_at),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
