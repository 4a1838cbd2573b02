import { expect, test } from "bun:test";
import fc from "fast-check";
import { contains, parseCidr } from "./cidr.ts";

test("a range holds exactly the addresses that share its first bits", () => {
  const address = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
  fc.assert(
    fc.property(address, address, fc.nat(32), (base, other, length) => {
      const range = { address: { version: 4, bits: base } as const, length };
      const mask = ((1n << BigInt(length)) - 1n) << BigInt(32 - length);
      expect(contains(range, { version: 4, bits: other })).toBe((base & mask) === (other & mask));
      expect(contains(range, { version: 6, bits: other })).toBe(false);
    }),
  );
});

test("an address by itself is a range of one", () => {
  expect(parseCidr("10.0.0.7")?.length).toBe(32);
  expect(parseCidr("fd00::7")?.length).toBe(128);
});

test.each(["10.0.0.0/33", "fd00::/129", "10.0.0.0/8/8", "10.0.0.0/", "10.0.0.0/x", "example.com/8", "/8"])(
  "%p is no range",
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);
