import type { ServiceContext } from "../service-context.ts";

/** Where every sign-in comes back to; registered at services as it stands. */
export function redirectUriOf({ publicUrl }: Pick<ServiceContext, "publicUrl">): string {
  return `${publicUrl}/api/v1/oauth/callback`;
}
