import { describe, expect, test } from "bun:test";
import { isForbiddenAddress } from "../egress/is-forbidden-address.ts";
import { readSettings } from "./settings.ts";

describe("what may be connected to", () => {
  const forbidden = (env: Record<string, string>, ...addresses: readonly string[]) =>
    addresses.map((address) => isForbiddenAddress(address, readSettings(env).egress));

  test("is the machine itself on SQLite, and not on PostgreSQL", () => {
    expect(forbidden({}, "127.0.0.1", "::1", "10.0.0.1")).toEqual([false, false, true]);
    const shared = { PENSTOCK_DATABASE_URL: "postgres://db.test/penstock" };
    expect(forbidden(shared, "127.0.0.1", "::1", "10.0.0.1")).toEqual([true, true, true]);
  });

  test("is what the operator lists besides, by commas or spaces", () => {
    const env = {
      PENSTOCK_DATABASE_URL: "postgres://db.test/penstock",
      PENSTOCK_EGRESS_ALLOW: "192.168.1.20, 10.0.0.0/8 fd12::/16,127.0.0.1",
    };
    const opened = ["192.168.1.20", "10.9.8.7", "fd12::7", "127.0.0.1"];
    expect(forbidden(env, ...opened)).toEqual([false, false, false, false]);
    expect(forbidden(env, "192.168.1.21", "::1", "169.254.169.254")).toEqual([true, true, true]);
  });

  test("is refused by the name of what is wrong in it", () => {
    expect(() => readSettings({ PENSTOCK_EGRESS_ALLOW: "10.0.0.0/8,10.0.0.0/40,lan.test" })).toThrow(
      /"10\.0\.0\.0\/40".*"lan\.test"/,
    );
  });
});

test("the server's own AWS credentials are nobody's unless the operator says so, in a word that is one", () => {
  const grants = (value: string) => [...readSettings({ PENSTOCK_AWS_DEFAULT_CHAIN: value }).grants];
  expect([grants(""), grants("false"), grants("true")]).toEqual([[], [], ["aws_default_chain"]]);
  expect(() => grants("yes")).toThrow(/PENSTOCK_AWS_DEFAULT_CHAIN must be true or false/);
});

describe("the role", () => {
  const shared = { PENSTOCK_DATABASE_URL: "postgres://db.test/penstock" };

  test("is everything unless one is chosen, which takes a database that can be shared", () => {
    expect(readSettings({}).role).toBe("all");
    expect(readSettings({ ...shared, PENSTOCK_ROLE: "gateway" }).role).toBe("gateway");
    expect(() => readSettings({ PENSTOCK_ROLE: "control" })).toThrow(/PENSTOCK_DATABASE_URL/);
  });

  test("is refused when it is none", () => {
    expect(() => readSettings({ ...shared, PENSTOCK_ROLE: "api" })).toThrow(/PENSTOCK_ROLE must be one of/);
  });
});

test("the use of a shared database is bounded, within reason", () => {
  expect(readSettings({}).databaseLimits).toEqual({ pool: 10, statementTimeoutMs: 15_000 });
  const env = { PENSTOCK_DATABASE_POOL: "40", PENSTOCK_DATABASE_STATEMENT_TIMEOUT_MS: "2000" };
  expect(readSettings(env).databaseLimits).toEqual({ pool: 40, statementTimeoutMs: 2_000 });
  expect(() => readSettings({ PENSTOCK_DATABASE_POOL: "1" })).toThrow(/PENSTOCK_DATABASE_POOL/);
});

test("the ledger is kept for ever, or for a number of days", () => {
  expect(readSettings({}).ledgerDays).toBeUndefined();
  expect(readSettings({ PENSTOCK_LEDGER_DAYS: "90" }).ledgerDays).toBe(90);
  for (const text of ["0", "-1", "1.5", "for ever"]) {
    expect(() => readSettings({ PENSTOCK_LEDGER_DAYS: text })).toThrow(/PENSTOCK_LEDGER_DAYS must be/);
  }
});
