import { PenstockError } from "../errors/penstock-error.ts";
import type { Settings } from "./settings.ts";

/** Answers one request. `socket` tells the address at the other end. */
export type Handle = (request: Request, socket: () => string | undefined) => Response | Promise<Response>;

/** Where requests come in. */
export interface Front {
  readonly port: number;
  /** Requests whose answers their clients have not taken yet. */
  pending(): number;
  /** Takes no more; with `now`, cuts what is under way. */
  stop(now: boolean): Promise<void>;
}

/** `shared`: other processes of this server listen on the same port. @throws PenstockError `conflict` when the port is taken. */
export function listen(
  { port, host }: Pick<Settings, "port" | "host">,
  handle: Handle,
  { shared = false }: { readonly shared?: boolean } = {},
): Front {
  try {
    const server = Bun.serve({
      port,
      ...(host !== undefined && { hostname: host }),
      ...(shared && { reusePort: true }),
      // Streams may be silent for long; the engine's own watch ends them.
      idleTimeout: 0,
      // The gateway refuses by its own limit, in the client's dialect.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch: (request, http) => handle(request, () => http.requestIP(request)?.address),
    });
    return {
      port: server.port ?? port,
      stop: (now) => server.stop(now),
      pending: () => server.pendingRequests,
    };
  } catch (cause) {
    const reason =
      host === undefined
        ? `Port ${port} cannot be opened; set PENSTOCK_PORT to a free one.`
        : `Port ${port} of ${host} cannot be opened; set PENSTOCK_PORT to a free port and PENSTOCK_HOST to an address of this machine.`;
    throw new PenstockError("conflict", { fields: { reason }, cause });
  }
}
