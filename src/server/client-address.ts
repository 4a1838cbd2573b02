import { type Cidr, contains } from "../egress/cidr.ts";
import { parseAddress } from "../egress/parse-address.ts";

/**
 * The address of whoever sent a request: the socket's, unless that is a trusted proxy's; then the last one in
 * `x-forwarded-for` that is not a trusted proxy's itself. What stands before it, anybody could have written.
 */
export function clientAddress(
  socket: string | undefined,
  { forwardedFor, trusted }: { readonly forwardedFor: string | null; readonly trusted: readonly Cidr[] },
): string | undefined {
  let address = plain(socket);
  if (address === undefined || !isTrusted(address, trusted)) return address;
  for (const hop of (forwardedFor ?? "").split(",").reverse()) {
    const next = plain(hop.trim());
    if (next === undefined) break;
    address = next;
    if (!isTrusted(next, trusted)) break;
  }
  return address;
}

/** An IPv4 address that a socket of both versions reports is an IPv4 address. Undefined for what is none. */
function plain(text: string | undefined): string | undefined {
  const bare = text?.replace(/^::ffff:(?=\d+\.)/i, "");
  return bare === undefined || parseAddress(bare) === undefined ? undefined : bare;
}

function isTrusted(text: string, trusted: readonly Cidr[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && trusted.some((range) => contains(range, address));
}
