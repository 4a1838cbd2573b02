import { createHash } from "node:crypto";
import type { Cidr } from "../egress/cidr.ts";
import type { ErrorProblem } from "../errors/penstock-error.ts";
import { constantTimeEqual } from "../secrets/constant-time-equal.ts";
import { Secret } from "../secrets/secret.ts";
import { clientAddress } from "./client-address.ts";

/** Who may read `/metrics`. `local`: whoever calls from this machine itself. */
export type MetricsAccess =
  | { readonly kind: "off" | "local" | "open" }
  | { readonly kind: "token"; readonly token: Secret };

/** Characters of a token; shorter ones could be guessed. */
const shortestToken = 16;

/** `PENSTOCK_METRICS`. What is wrong with it is added to `problems`, without the value: it may hold a token. */
export function readMetricsAccess(text: string | undefined, problems: ErrorProblem[]): MetricsAccess {
  if (text === undefined || text === "" || text === "local") return { kind: "local" };
  if (text === "off" || text === "open") return { kind: text };
  const token = /^token:([\x21-\x7e]+)$/.exec(text)?.[1];
  if (token !== undefined && token.length >= shortestToken)
    return { kind: "token", token: new Secret(token) };
  const message = `must be local, off, open, or token: followed by at least ${shortestToken} characters without spaces`;
  problems.push({ path: "PENSTOCK_METRICS", message });
  return { kind: "off" };
}

export interface AccessOptions {
  readonly access: MetricsAccess;
  /** The address at the other end of the connection. */
  readonly socket: string | undefined;
  readonly trustedProxies: readonly Cidr[];
  /** Where clients are told to reach this server, when the operator says so. */
  readonly publicUrl: string | undefined;
}

/** Why this request may not read the metrics, as the answer to it; undefined when it may. */
export function refuseMetrics(request: Request, options: AccessOptions): Response | undefined {
  const { access } = options;
  if (access.kind === "open") return undefined;
  if (access.kind === "token") {
    const sent = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    if (constantTimeEqual(digest(sent), digest(access.token.reveal()))) return undefined;
    const headers = { "www-authenticate": 'Bearer realm="metrics"' };
    return new Response("The token of PENSTOCK_METRICS is missing or wrong.\n", { status: 401, headers });
  }
  if (access.kind === "local" && isLocal(request, options)) return undefined;
  const told =
    "Metrics are told to callers on this machine only. PENSTOCK_METRICS opens them, or asks for a token.\n";
  return new Response(told, { status: 403 });
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1)$/;
const localHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const forwarding = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/**
 * Whether the caller itself is on this machine. A proxy on this machine is not taken for its clients: not when it says
 * that it forwards, nor where a public URL says that there is one and nobody says which.
 */
function isLocal({ headers }: Request, { socket, trustedProxies, publicUrl }: AccessOptions): boolean {
  const forwardedFor = headers.get("x-forwarded-for");
  const address = clientAddress(socket, { forwardedFor, trusted: trustedProxies });
  if (address === undefined || !loopback.test(address)) return false;
  // A page on another site whose name was made to lead here says that name.
  if (!localHost.test(headers.get("host") ?? "")) return false;
  if (forwarding.some((name) => headers.has(name))) return false;
  const behindProxy = publicUrl !== undefined && !localHost.test(URL.parse(publicUrl)?.host ?? "");
  return !behindProxy || trustedProxies.length > 0;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
