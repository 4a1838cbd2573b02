import type { RouteConfig } from "@hono/zod-openapi";
import type { ServiceContext } from "../services/service-context.ts";

/** What a request carries through the middleware. */
export interface ApiEnvironment {
  Bindings: {
    /** The client's IP address as far as the server can tell. */
    address?: string | undefined;
  };
  Variables: {
    requestId: string;
    /** What the contract says of this request; undefined for paths outside of it. */
    route: RouteConfig | undefined;
    /** Services on behalf of the caller; set once a key or a session was verified. */
    services: ServiceContext;
    orgId: string;
    /** Services for those who are nobody yet: sign-in, links. They act as the server, so only verbs that ask for proof may get them. */
    anonymous: ServiceContext;
  };
}
