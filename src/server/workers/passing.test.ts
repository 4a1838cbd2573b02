import { expect, test } from "bun:test";
import { homeOf, isForAll } from "./passing.ts";

test("readiness and metrics are told by the primary, whatever their query; health and calls are not", () => {
  const at = (path: string) => isForAll(`http://gateway.example:8080${path}`);
  expect(["/readyz", "/metrics", "/readyz?verbose"].map(at)).toEqual(["readyz", "metrics", "readyz"]);
  const calls = [
    "/healthz",
    "/v1/chat/completions",
    "/u/psu_x/metrics",
    "/v1/models/metrics",
    "/v1/messages?x=/metrics",
  ];
  expect(calls.map(at)).toEqual(calls.map(() => undefined));
});

test("requests with the same idempotency key have the same home, and all seats are homes", () => {
  const request = (key?: string, path = "/v1/messages", method = "POST") =>
    new Request(`http://localhost${path}`, {
      method,
      headers: key === undefined ? {} : { "idempotency-key": key },
    });
  const homes = Array.from({ length: 200 }, (_, i) => homeOf(request(`key-${i}`), 4));
  expect(new Set(homes)).toEqual(new Set([1, 2, 3, 4]));
  expect(homeOf(request("a"), 4)).toBe(homeOf(request("a", "/v1/chat/completions"), 4) ?? -1);
  expect(homeOf(request(), 4)).toBeUndefined();
  expect(homeOf(request("a", "/api/v1/keys"), 4)).toBeUndefined();
  expect(homeOf(request("a", "/v1/responses/resp_1", "DELETE"), 4)).toBeUndefined();
});
