import type { ServiceContext } from "../services/service-context.ts";

/** What a request carries through the middleware. */
export interface ApiEnvironment {
  Variables: {
    requestId: string;
    /** Services on behalf of the caller; set once the key was verified. */
    services: ServiceContext;
    orgId: string;
  };
}
