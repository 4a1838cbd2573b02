import { expect, test } from "bun:test";
import { cidrs } from "../egress/cidr.ts";
import { clientAddress } from "./client-address.ts";

const trusted = cidrs("10.0.0.0/8", "fd00::/8");
const of = (socket: string | undefined, forwardedFor: string | null = null) =>
  clientAddress(socket, { forwardedFor, trusted });

test("without a trusted proxy the socket's address counts, whatever the client writes", () => {
  expect(of("203.0.113.7", "198.51.100.1")).toBe("203.0.113.7");
  expect(of("::ffff:203.0.113.7")).toBe("203.0.113.7");
  expect(of("2001:db8::1", "198.51.100.1")).toBe("2001:db8::1");
  expect(of(undefined, "198.51.100.1")).toBeUndefined();
});

test("behind trusted proxies the last address that none of them has counts", () => {
  expect(of("10.0.0.1", "198.51.100.1")).toBe("198.51.100.1");
  expect(of("::ffff:10.0.0.1", "198.51.100.1, 10.2.3.4")).toBe("198.51.100.1");
  expect(of("10.0.0.1", "1.1.1.1, 198.51.100.1")).toBe("198.51.100.1");
  expect(of("fd00::1", "2001:db8::5")).toBe("2001:db8::5");
});

test("a header that is missing or holds no address leaves what is known", () => {
  expect(of("10.0.0.1")).toBe("10.0.0.1");
  expect(of("10.0.0.1", "unknown")).toBe("10.0.0.1");
  expect(of("10.0.0.1", "198.51.100.1, <script>")).toBe("10.0.0.1");
  expect(of("10.0.0.1", "10.0.0.9, 10.0.0.8")).toBe("10.0.0.9");
});
