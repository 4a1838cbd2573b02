import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cidrs } from "./cidr.ts";
import { type EgressPolicy, isForbiddenAddress } from "./is-forbidden-address.ts";
import { parseAddress } from "./parse-address.ts";

const strict: EgressPolicy = { allow: [], loopback: false };
const local: EgressPolicy = { allow: [], loopback: true };
const open: EgressPolicy = { allow: cidrs("0.0.0.0/0", "::/0"), loopback: true };

const octet = fc.nat(255);
const quad = fc.tuple(octet, octet, octet, octet);
type Quad = readonly [number, number, number, number];
const bitsOf = ([a, b, c, d]: Quad) => ((a * 256 + b) * 256 + c) * 256 + d;
const group = (high: number, low: number) => (high * 256 + low).toString(16);

/** Every way a number may be written. */
const spelled = (value: number) =>
  fc.constantFrom(
    `${value}`,
    `0${value.toString(8)}`,
    `000${value.toString(8)}`,
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase()}`,
  );

/** Every way an IPv4 address may be written: one to four numbers, each in any base. */
const spellings = (quad: Quad): fc.Arbitrary<string> => {
  const [a, b, c, d] = quad;
  const shapes = [[a, b, c, d], [a, b, c * 256 + d], [a, (b * 256 + c) * 256 + d], [bitsOf(quad)]];
  return fc
    .constantFrom(...shapes)
    .chain((numbers) => fc.tuple(...numbers.map(spelled)))
    .map((words) => words.join("."));
};

/** Every way IPv6 carries an IPv4 address. */
const carriers = ([a, b, c, d]: Quad) => [
  `::ffff:${a}.${b}.${c}.${d}`,
  `::ffff:${group(a, b)}:${group(c, d)}`,
  `[::FFFF:${group(a, b)}:${group(c, d)}]`,
  `0:0:0:0:0:ffff:${group(a, b)}:${group(c, d)}`,
  `::ffff:0:${a}.${b}.${c}.${d}`,
  `64:ff9b::${a}.${b}.${c}.${d}`,
  `2002:${group(a, b)}:${group(c, d)}::1`,
];

const privateQuad = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  fc.tuple(fc.constant(198), fc.integer({ min: 18, max: 19 }), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
);

const metadata: readonly Quad[] = [
  [169, 254, 169, 254],
  [100, 100, 100, 200],
  [168, 63, 129, 16],
  [192, 0, 0, 192],
];
const metadataQuad = fc.oneof(
  fc.constantFrom(...metadata),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
);

describe("spellings", () => {
  test("any spelling is the address the platform's own URL parser sees", () => {
    fc.assert(
      fc.property(quad.chain(spellings), (text) => {
        const seen = URL.parse(`http://${text}/`)?.hostname ?? "";
        expect(parseAddress(text)).toEqual(parseAddress(seen));
        expect(isForbiddenAddress(text, strict)).toBe(isForbiddenAddress(seen, strict));
      }),
    );
  });

  test("an IPv6 address is the one the platform's own URL parser sees", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const seen = URL.parse(`http://[${text}]/`)?.hostname;
        // Bun's parser refuses a few valid spellings with a dotted tail.
        fc.pre(seen !== undefined);
        expect(parseAddress(text)).toEqual(parseAddress(seen));
      }),
    );
  });

  test.each([
    "",
    "example.com",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.256",
    "4294967296",
    "1..2",
    "08.1.1.1",
    "0x",
    "1.2.3.4 ",
    "-1",
    "1e3",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::fffff",
    "::1.2.3",
    "::256.1.1.1",
    "[::1",
  ])("%p is no address, and so forbidden", (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(isForbiddenAddress(text, open)).toBe(true);
  });
});

describe("private addresses", () => {
  test("are forbidden in every spelling and inside every carrier", () => {
    fc.assert(
      fc.property(
        privateQuad.chain((quad) => fc.tuple(spellings(quad), fc.constantFrom(...carriers(quad)))),
        (texts) => {
          for (const text of texts) expect([text, isForbiddenAddress(text, strict)]).toEqual([text, true]);
        },
      ),
    );
  });

  test("are opened by a range that holds them, and by no other", () => {
    const lan: EgressPolicy = { allow: cidrs("192.168.1.0/24", "fd12:3456::/32", "::1"), loopback: false };
    fc.assert(
      fc.property(octet, (last) => {
        expect(isForbiddenAddress(`192.168.1.${last}`, lan)).toBe(false);
        expect(isForbiddenAddress(`::ffff:192.168.1.${last}`, lan)).toBe(false);
        expect(isForbiddenAddress(`192.168.2.${last}`, lan)).toBe(true);
      }),
    );
    expect(isForbiddenAddress("fd12:3456::9", lan)).toBe(false);
    expect(isForbiddenAddress("fd12:3457::9", lan)).toBe(true);
    expect(isForbiddenAddress("::1", lan)).toBe(false);
    expect(isForbiddenAddress("127.0.0.1", lan)).toBe(true);
  });

  test.each([
    "::",
    "::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001:0:1::1",
    "3fff::1",
    "64:ff9b:1::a00:1",
    "::10.0.0.1",
    "100::1",
    "4000::1",
  ])("%s is forbidden, as all IPv6 is that is not given out for public use", (address) => {
    expect(isForbiddenAddress(address, strict)).toBe(true);
  });
});

test("loopback is a right of its own", () => {
  fc.assert(
    fc.property(octet, octet, octet, (b, c, d) => {
      expect(isForbiddenAddress(`127.${b}.${c}.${d}`, local)).toBe(false);
      expect(isForbiddenAddress(`127.${b}.${c}.${d}`, strict)).toBe(true);
    }),
  );
  expect(isForbiddenAddress("::1", local)).toBe(false);
  expect(isForbiddenAddress("::ffff:127.0.0.1", local)).toBe(false);
  for (const other of ["0.0.0.0", "::", "10.0.0.1"]) expect(isForbiddenAddress(other, local)).toBe(true);
});

describe("link-local and metadata addresses", () => {
  test("are opened by nothing, in no spelling and in no carrier", () => {
    fc.assert(
      fc.property(
        metadataQuad.chain((quad) => fc.tuple(spellings(quad), fc.constantFrom(...carriers(quad)))),
        (texts) => {
          for (const text of texts) expect([text, isForbiddenAddress(text, open)]).toEqual([text, true]);
        },
      ),
    );
  });

  test.each(["fe80::1", "fe80::1%eth0", "febf::1", "fd00:ec2::254", "fd20:ce::254"])(
    "%s neither",
    (address) => {
      expect(isForbiddenAddress(address, open)).toBe(true);
    },
  );
});

test.each([
  "1.1.1.1",
  "8.8.8.8",
  "172.15.255.255",
  "172.32.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "169.253.255.255",
  "169.255.0.0",
  "192.167.255.255",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:81b::200e",
  "2002:808:808::1",
  "64:ff9b::8.8.8.8",
  "::ffff:8.8.8.8",
])("%s is public", (address) => {
  expect(isForbiddenAddress(address, strict)).toBe(false);
});
