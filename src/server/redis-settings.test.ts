import { expect, test } from "bun:test";
import { readSettings } from "./settings.ts";

test("limits are shared by a Redis whose password nobody prints", () => {
  expect(readSettings({}).redis).toBeUndefined();
  const { redis } = readSettings({ PENSTOCK_REDIS_URL: "rediss://user:hunter22@cache.test:6380/1" });
  expect(redis).toMatchObject({ timeoutMs: 50, fallback: "share" });
  expect(redis?.url.reveal()).toContain("hunter22");
  expect(`${JSON.stringify(redis)} ${Bun.inspect(redis)}`).not.toContain("hunter22");
});

test("what is wrong with it is said without the URL", () => {
  const wrong = {
    PENSTOCK_REDIS_URL: "http://:hunter22@cache.test",
    PENSTOCK_REDIS_TIMEOUT_MS: "1",
    PENSTOCK_LIMITS_FALLBACK: "none",
  };
  expect(() => readSettings(wrong)).toThrow(
    /PENSTOCK_LIMITS_FALLBACK must be share, open, closed.*PENSTOCK_REDIS_TIMEOUT_MS must.*PENSTOCK_REDIS_URL must/,
  );
  expect(() => readSettings(wrong)).not.toThrow(/hunter22/);
});
