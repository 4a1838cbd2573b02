import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { parseCidr } from "../egress/cidr.ts";
import { type AccessOptions, refuseMetrics } from "./metrics-access.ts";
import { readSettings } from "./settings.ts";

const proxy = parseCidr("127.0.0.1/32");
const trusted = proxy === undefined ? [] : [proxy];

/** The status of a refusal; 200 when the metrics are told. */
function status(
  { host = "localhost:8080", ...headers }: Record<string, string>,
  options: Partial<AccessOptions> = {},
): number {
  const request = new Request("http://localhost:8080/metrics", { headers: { host, ...headers } });
  const access = { kind: "local" } as const;
  const defaults = { access, socket: "127.0.0.1", trustedProxies: [], publicUrl: undefined };
  return refuseMetrics(request, { ...defaults, ...options })?.status ?? 200;
}

describe("unless the operator says otherwise, metrics are told", () => {
  test("to this machine", () => {
    for (const socket of ["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.8.8"])
      expect(status({}, { socket })).toBe(200);
    expect(status({ host: "127.0.0.1:8080" })).toBe(200);
    expect(status({ host: "[::1]:8080" })).toBe(200);
  });

  test("to no other, and not when nobody knows who asks", () => {
    for (const socket of ["10.0.0.7", "203.0.113.9", "fe80::1", undefined])
      expect(status({}, { socket })).toBe(403);
  });

  test("not to clients of a proxy on this machine", () => {
    for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"])
      expect(status({ [name]: "127.0.0.1" })).toBe(403);
    expect(status({}, { publicUrl: "https://llm.example.com" })).toBe(403);
    expect(status({}, { publicUrl: "http://localhost:9000" })).toBe(200);
  });

  test("not to clients of a proxy that is trusted, whoever they say they are", () => {
    const options = { trustedProxies: trusted, publicUrl: "https://llm.example.com" };
    expect(status({ "x-forwarded-for": "127.0.0.1, 203.0.113.9" }, options)).toBe(403);
    expect(status({ "x-forwarded-for": "127.0.0.1" }, options)).toBe(403);
    expect(status({}, options)).toBe(200);
  });

  test("not to a page of another site whose name was made to lead here", () => {
    expect(status({ host: "rebound.example:8080" })).toBe(403);
    expect(status({ host: "localhost.example" })).toBe(403);
  });
});

test("open: to everybody", () => {
  const options = { access: { kind: "open" }, socket: "203.0.113.9" } as const;
  expect(status({ "x-forwarded-for": "198.51.100.1", host: "llm.example.com" }, options)).toBe(200);
});

test("token: to whoever has it, and to nobody on this machine without it", () => {
  const value = "scrape-0123456789abcdef";
  const { metrics: access } = readSettings({ PENSTOCK_METRICS: `token:${value}` });
  const remote = { access, socket: "203.0.113.9" };
  expect(status({ authorization: `Bearer ${value}` }, remote)).toBe(200);
  expect(status({ authorization: `bearer ${value}` }, remote)).toBe(200);
  for (const authorization of [
    `Bearer ${value}x`,
    `Bearer ${value.slice(1)}`,
    value,
    "Bearer ",
    `Basic ${value}`,
  ])
    expect(status({ authorization }, remote)).toBe(401);
  expect(status({}, { access })).toBe(401);
  expect(inspect(access, { depth: 9 }) + JSON.stringify(access)).not.toContain(value);
});

test("a setting that means nothing stops the start, without its value being said", () => {
  for (const value of ["token:short-secret", "token:0123456789 abcdef", "tokens:x", "yes"]) {
    let told = "";
    try {
      readSettings({ PENSTOCK_METRICS: value });
    } catch (error) {
      told = String(error);
    }
    expect(told).toContain("PENSTOCK_METRICS must be local, off, open");
    expect(told).not.toContain(value.replace("token:", ""));
  }
  expect(() => readSettings({ PENSTOCK_REQUEST_LOG: "yes" })).toThrow(
    /PENSTOCK_REQUEST_LOG must be on or off/,
  );
});
