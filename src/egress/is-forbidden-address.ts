import { type Cidr, cidrs, contains } from "./cidr.ts";
import { type Address, parseAddress } from "./parse-address.ts";

/** What the operator lets this server connect to, besides the public internet. */
export interface EgressPolicy {
  /** Ranges that are opened although they are private. */
  readonly allow: readonly Cidr[];
  /** Services of the same machine may be reached. */
  readonly loopback: boolean;
}

/**
 * Link-local and where clouds keep their machines' credentials (AWS, Google, Azure, Alibaba, Oracle): opened by nothing.
 * Source: the vendors' pages on instance metadata; 168.63.129.16 is Azure's host agent.
 */
const neverOpened = cidrs(
  "169.254.0.0/16",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "fe80::/10",
  "fd00:ec2::254",
  "fd20:ce::254",
);

const loopback = cidrs("127.0.0.0/8", "::1");

/** Not public; source: the IANA special-purpose registries (RFC 6890 and later), multicast and reserved space. */
const notPublic = cidrs(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23",
  "2001:db8::/32",
  "3fff::/20",
);

/** The only IPv6 space that is given out for public use. */
const global = cidrs("2000::/3");

/** IPv6 that stands for an IPv4 address, and how far from the right that address is. */
const carriers = [
  ...cidrs("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96").map((range) => ({ range, shift: 0n })),
  ...cidrs("2002::/16").map((range) => ({ range, shift: 80n })),
];

/**
 * Whether this server must not connect to an address. What cannot be read as an address is forbidden. An IPv6 address
 * that stands for an IPv4 one is judged as that one.
 */
export function isForbiddenAddress(text: string, policy: EgressPolicy): boolean {
  const address = parseAddress(text);
  return address === undefined || isForbidden(address, policy);
}

function isForbidden(address: Address, policy: EgressPolicy): boolean {
  if (within(neverOpened, address)) return true;
  const carried = carriedBy(address);
  if (carried !== undefined) {
    // An operator may open the carrier itself, but nothing that is never opened.
    if (within(neverOpened, carried)) return true;
    return isForbidden(carried, policy) && !within(policy.allow, address);
  }
  if (within(policy.allow, address)) return false;
  if (policy.loopback && within(loopback, address)) return false;
  return within(notPublic, address) || (address.version === 6 && !within(global, address));
}

function carriedBy(address: Address): Address | undefined {
  const carrier = carriers.find(({ range }) => contains(range, address));
  return carrier && { version: 4, bits: (address.bits >> carrier.shift) & 0xffff_ffffn };
}

function within(ranges: readonly Cidr[], address: Address): boolean {
  return ranges.some((range) => contains(range, address));
}
