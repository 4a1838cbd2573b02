import type { Auth } from "./auth.ts";

/** No authentication, for servers on one's own network. */
export const noAuth: Auth = { headers: {}, url: (url) => url };
