import { PenstockError } from "../errors/penstock-error.ts";
import type { KeyRecord } from "../storage/records/key-record.ts";
import type { Origin } from "../storage/records/origin.ts";
import { requireAdmin } from "./access.ts";
import { requireGrantable } from "./keys/require-grantable.ts";
import { refuseRevoked } from "./keys/require-live-key.ts";
import { requireOrigin } from "./origin.ts";
import type { ServiceContext } from "./service-context.ts";

/** What decides of each kind of resource, whatever is sent. */
interface Subjects {
  readonly provider: Managed & { readonly enabled: boolean };
  readonly model: Managed;
  readonly key: Pick<KeyRecord, "orgId" | "origin" | "name" | "revokedAt" | "scopes">;
  readonly route: Managed;
  readonly limit: Managed;
  readonly webhook: Owned;
}

export type ResourceKind = keyof Subjects;

interface Owned {
  readonly orgId: string;
}

interface Managed extends Owned {
  readonly origin: Origin;
}

/** The guards of a verb: throws `PenstockError` when it would refuse this actor. */
type Rule<S> = (ctx: ServiceContext, subject: S) => void;
type Rules<S> = Readonly<Record<string, Rule<S>>>;

const byAdmins: Rule<Owned> = (ctx, { orgId }) => requireAdmin(ctx, orgId);

/** By admins, unless a file manages it. */
const byOwners: Rule<Managed> = (ctx, subject) => {
  byAdmins(ctx, subject);
  requireOrigin(ctx, { what: "it", origin: subject.origin });
};

const whileLive: Rule<Subjects["key"]> = (ctx, key) => {
  byOwners(ctx, key);
  refuseRevoked(key);
};

/** Whoever changes a key could get hold of what it may do. */
const whileGrantable: Rule<Subjects["key"]> = (ctx, key) => {
  whileLive(ctx, key);
  requireGrantable(ctx, key.scopes);
};

/** To be what it is already would change nothing. */
const switches =
  (to: boolean): Rule<Subjects["provider"]> =>
  (ctx, provider) => {
    byOwners(ctx, provider);
    if (provider.enabled === to)
      throw new PenstockError("conflict", { fields: { reason: "Nothing to change." } });
  };

const managed = { update: byOwners, delete: byOwners };

/** For each kind of resource its verbs, each with the guards that the verb itself begins with. */
const rules: { readonly [K in ResourceKind]: Rules<Subjects[K]> } = {
  provider: {
    ...{ ...managed, enable: switches(true), disable: switches(false) },
    ...{ probe: byAdmins, discover: byAdmins, review: byAdmins },
  },
  model: managed,
  key: { update: whileGrantable, rotate: whileGrantable, revoke: whileLive },
  route: managed,
  limit: managed,
  webhook: { update: byAdmins, delete: byAdmins, test: byAdmins, rotate_secret: byAdmins },
};

/** Every action of a kind of resource, whoever asks. */
export function actionsOf(kind: ResourceKind): readonly string[] {
  return Object.keys(rules[kind]);
}

/** What this actor may do with this resource now. What hangs on it may still be in the way (`in_use`). */
export function allowedActions<K extends ResourceKind>(
  ctx: ServiceContext,
  kind: K,
  subject: Subjects[K],
): string[] {
  const table: Rules<Subjects[K]> = rules[kind];
  return Object.entries(table).flatMap(([action, rule]) => {
    try {
      rule(ctx, subject);
      return [action];
    } catch (error) {
      if (error instanceof PenstockError) return [];
      throw error;
    }
  });
}
