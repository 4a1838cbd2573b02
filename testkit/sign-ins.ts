import type { DriverFetch } from "../src/drivers/driver.ts";
import type { Role } from "../src/services/members/role.ts";
import { finishSignIn } from "../src/services/oauth/finish-sign-in.ts";
import { redirectUriOf } from "../src/services/oauth/redirect-uri.ts";
import type { ServiceContext } from "../src/services/service-context.ts";
import { actingAs } from "./people.ts";
import { createWorld, type ServiceWorld } from "./service-world.ts";

/** Somebody with an account, as the services see them. */
export interface Person {
  readonly id: string;
  readonly role: Role;
  /** The services on their behalf. */
  readonly ctx: ServiceContext;
  /** What their browser does when a service sends it back to `url`. */
  comesBack(url: string): ReturnType<typeof finishSignIn>;
}

/** Services that can reach mocks, with people. */
export interface SignInWorld extends ServiceWorld {
  /** Registered at services. */
  readonly redirectUri: string;
  person(id: string, role?: Role, orgId?: string): Person;
}

type WorldOptions = Parameters<typeof createWorld>[1];

/** Calls mocks as a guarded fetch would: without following redirects. */
export const reach: DriverFetch = (url, init) => fetch(url, { ...init, redirect: "manual" });

export async function createSignInWorld(
  engine: Parameters<typeof createWorld>[0],
  options: WorldOptions & { readonly fetch?: DriverFetch } = {},
): Promise<SignInWorld> {
  const world = await createWorld(engine, options);
  const system: ServiceContext = { ...world.system, driverFetch: options.fetch ?? reach };
  return {
    ...world,
    system,
    admin: { ...world.admin, driverFetch: system.driverFetch },
    redirectUri: redirectUriOf(system),
    person: (id, role = "member", orgId = world.orgId) => personOf(system, { id, role, orgId }),
  };
}

/** A person of an org over these services, e.g. those of another replica. */
export function personOf(
  system: ServiceContext,
  { id, role, orgId }: { readonly id: string; readonly role: Role; readonly orgId: string },
): Person {
  const session = {
    id: "session",
    user: { id, email: `${id}@example.com`, name: id, operator: false },
    memberships: [{ orgId, orgName: "acme", role }],
    expiresAt: 0,
  };
  return {
    id,
    role,
    ctx: actingAs(system, { id, orgId, role }),
    comesBack: (url) =>
      finishSignIn(system, {
        session,
        query: new URL(url).searchParams,
        caller: { requestId: "req_test", address: undefined },
      }),
  };
}
