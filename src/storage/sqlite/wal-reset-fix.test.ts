import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { hasWalResetFix } from "./wal-reset-fix.ts";

test.each([
  ["3.7.0", false],
  ["3.43.2", false],
  ["3.51.2", false],
  ["3.51.3", true],
  ["3.51.10", true],
  ["3.53.0", true],
  ["4.0.0", true],
])("SQLite %s has the fix: %p", (version, expected) => {
  expect(hasWalResetFix(version)).toBe(expected);
});

test("the SQLite in use here has it, so what these tests show of checkpoints is shown with the thread", () => {
  using database = new Database(":memory:");
  const row = database.query<{ version: string }, []>("select sqlite_version() as version").get();
  expect(hasWalResetFix(row?.version ?? "")).toBe(true);
});
