/** Crockford's base32 in lower case: no i, l, o, u; sorts like the bytes. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Two characters at a time: an id is made for every request. */
const pairs = Array.from({ length: 1024 }, (_, bits) => `${alphabet[bits >>> 5]}${alphabet[bits & 31]}`);

/** Says what kind of thing an id names. */
export type IdPrefix =
  | "org"
  | "user"
  | "inv"
  | "login"
  | "acct"
  | "ver"
  | "prov"
  | "model"
  | "route"
  | "key"
  | "limit"
  | "price"
  | "hook"
  | "dlv"
  | "evt"
  | "whs"
  | "agent"
  | "sess"
  | "conn"
  | "flow"
  | "act"
  | "req";

/**
 * A public id: the prefix and the 128 bits of a UUIDv7 in 26 characters, so that ids sort by age.
 * The caller brings the UUID's 16 bytes, since this folder has neither clock nor randomness.
 */
export function formatId(prefix: IdPrefix, uuid: Uint8Array): string {
  let id = `${prefix}_`;
  let bits = 0;
  // 26 characters hold 130 bits: the first one carries 3 bits only.
  let pending = 2;
  for (const byte of uuid) {
    bits = (bits << 8) | byte;
    pending += 8;
    if (pending >= 10) {
      pending -= 10;
      id += pairs[bits >>> pending];
      bits &= (1 << pending) - 1;
    }
  }
  return id;
}

const idPattern = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Whether `value` could be an id with this prefix; says nothing of its existence. */
export function isId(prefix: IdPrefix, value: string): boolean {
  return value.startsWith(`${prefix}_`) && idPattern.test(value);
}
