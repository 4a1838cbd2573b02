import { expect, test } from "bun:test";
import type { ErrorProblem } from "../errors/penstock-error.ts";
import { readHttpClient } from "./http-client-setting.ts";

const read = (env: Record<string, string>) => {
  const problems: ErrorProblem[] = [];
  return [readHttpClient(env, problems), problems.map(({ message }) => message).join()];
};

test("models are called over sockets of our own unless told otherwise, or a proxy must be asked", () => {
  expect(read({})).toEqual(["sockets", ""]);
  expect(read({ PENSTOCK_HTTP_CLIENT: "fetch" })).toEqual(["fetch", ""]);
  expect(read({ HTTPS_PROXY: "http://proxy:3128" })).toEqual(["fetch", ""]);
  expect(read({ HTTPS_PROXY: "", PENSTOCK_HTTP_CLIENT: "" })).toEqual(["sockets", ""]);
});

test("a client that does not exist, or knows no proxies where one is set, is refused", () => {
  expect(read({ PENSTOCK_HTTP_CLIENT: "curl" })[1]).toContain("sockets, fetch");
  expect(read({ PENSTOCK_HTTP_CLIENT: "sockets", http_proxy: "http://p" })[1]).toContain("http_proxy");
});
