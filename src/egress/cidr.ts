import { type Address, parseAddress } from "./parse-address.ts";

/** A range of addresses, all that share their first `length` bits. */
export interface Cidr {
  readonly address: Address;
  readonly length: number;
}

/** `10.0.0.0/8`, `fd00::/8`, or one address by itself; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [base = "", length, ...more] = text.split("/");
  const address = parseAddress(base);
  if (address === undefined || more.length > 0) return undefined;
  const width = widthOf(address);
  if (length === undefined) return { address, length: width };
  if (!/^\d{1,3}$/.test(length) || Number(length) > width) return undefined;
  return { address, length: Number(length) };
}

/** Whether `address` lies in the range; addresses of the other version never do. */
export function contains({ address: base, length }: Cidr, address: Address): boolean {
  if (base.version !== address.version) return false;
  const shift = BigInt(widthOf(base) - length);
  return base.bits >> shift === address.bits >> shift;
}

/** Ranges known to be well written, for tables. */
export function cidrs(...texts: readonly string[]): readonly Cidr[] {
  return texts.flatMap((text) => parseCidr(text) ?? []);
}

function widthOf({ version }: Address): number {
  return version === 4 ? 32 : 128;
}
