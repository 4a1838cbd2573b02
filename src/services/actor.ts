import type { KeyScope } from "../plane/snapshot.ts";
import type { Role } from "./members/role.ts";

/** On whose behalf a service acts; decides what it may touch and the origin of what it writes. */
export type Actor =
  /** The server itself: first start, jobs. May touch every org. */
  | { readonly kind: "system"; readonly name: string }
  /** A caller of the API with a key of one org. `id` is the key's. */
  | {
      readonly kind: "key";
      readonly id: string;
      readonly name: string;
      readonly orgId: string;
      readonly scopes: readonly KeyScope[];
    }
  /**
   * A person, in one of the orgs they belong to. `id` is the user's, `name` the email address; `orgId` is empty for what
   * they do outside of any org. `operator`: may make organizations.
   */
  | {
      readonly kind: "user";
      readonly id: string;
      readonly name: string;
      readonly orgId: string;
      readonly role: Role;
      readonly operator: boolean;
    }
  /** A configuration file; `orgId` undefined: it may touch every org (the operator's own file). */
  | { readonly kind: "file"; readonly name: string; readonly orgId: string | undefined };
