import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createPlace, type TestPlace } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { rollupNames } from "../ledger/rollup-columns.ts";

const day = 86_400_000;
const today = Math.floor(Date.now() / day) * day;
const nameOf = (time: number) =>
  `usage_records_p${new Date(time).toISOString().slice(0, 10).replaceAll("-", "")}`;
const row = (requestId: string, startedAt: number, change: Partial<UsageRecord> = {}) =>
  usageRecord({ requestId, startedAt, ...change });
const pause = async () => "go on" as const;

describe("the ledger's days on PostgreSQL", () => {
  let place: TestPlace;
  beforeEach(async () => {
    place = await createPlace("postgres");
  }, 60_000);
  afterEach(() => place.remove());

  const partitions = async () =>
    (
      await place.query(
        "select relname from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'usage_records'::regclass order by 1",
      )
    ).map(({ relname }) => String(relname));
  const standsIn = async () =>
    (await place.query("select request_id, tableoid::regclass as t from usage_records order by 1")).map(
      ({ request_id, t }) => [request_id, t],
    );
  const rollups = () =>
    place.query(`select ${rollupNames.join(", ")} from usage_rollups order by org_id, hour`);

  test("today and three days more are made ahead, by any number of replicas at once", async () => {
    const replicas = await Promise.all([1, 2, 3, 4].map(() => place.open()));
    await Promise.all(replicas.map(({ ledger }) => ledger.prepare()));
    const days = [0, 1, 2, 3].map((ahead) => nameOf(today + ahead * day));
    expect(await partitions()).toEqual(["usage_records_default", ...days].sort());
  }, 60_000);

  test("a day nobody made is made by its first row; a clock that is far off costs no partition and no row", async () => {
    const { ledger } = await place.open();
    await ledger.insert([
      row("a", today - 9 * day + 5),
      row("b", today + 1),
      row("c", today + 900 * day),
      row("d", 0),
    ]);
    expect(await standsIn()).toEqual([
      ["a", nameOf(today - 9 * day)],
      ["b", nameOf(today)],
      ["c", "usage_records_default"],
      ["d", "usage_records_default"],
    ]);
    // What is sent again is kept once wherever it stands.
    await ledger.insert([row("a", today - 9 * day + 5), row("c", today + 900 * day), row("d", 0)]);
    expect((await standsIn()).length).toBe(4);
    const { requests } = (await place.query("select sum(requests) as requests from usage_rollups"))[0] ?? {};
    expect(Number(requests)).toBe(4);
  }, 60_000);

  test("rows that came before their day could be made move into it, and are still kept once", async () => {
    const [first, second] = await Promise.all([place.open(), place.open()]);
    const at = today + 2 * day + 7;
    await first.ledger.prepare();
    await place.sql(`drop table ${nameOf(at)}`);
    await first.ledger.insert([row("a", at)]);
    expect(await standsIn()).toEqual([["a", "usage_records_default"]]);
    await second.ledger.prepare();
    expect(await standsIn()).toEqual([["a", nameOf(at)]]);
    await first.ledger.insert([row("a", at), row("b", at)]);
    expect((await standsIn()).length).toBe(2);
  }, 60_000);

  test("days are dropped whole while rows are written, and their sums stay", async () => {
    const [first, second] = await Promise.all([place.open(), place.open()]);
    const old = Array.from({ length: 300 }, (_, at) => row(`old_${at}`, today - 40 * day + at));
    await first.ledger.insert([...old, row("edge", today - 30 * day + 1), row("young", today)]);
    const before = await rollups();
    const query = { before: today - 30 * day + day / 2, slice: 100, pause };
    const [one, two] = await Promise.all([
      first.ledger.prune(query),
      second.ledger.prune(query),
      second.ledger.insert([row("meanwhile", today)]),
    ]);
    expect(one + two).toBe(300);
    // The day in which the border lies is not over yet.
    expect((await standsIn()).map(([id]) => id)).toEqual(["edge", "meanwhile", "young"]);
    expect(await partitions()).not.toContain(nameOf(today - 40 * day));
    expect((await rollups()).length).toBe(before.length);
  }, 60_000);

  test("the rows of a release without partitions are all there afterwards, each in its day", async () => {
    const script = join(import.meta.dir, "..", "..", "..", "testkit", "open-storage-process.ts");
    const args = [process.execPath, script, place.dataDir, place.databaseUrl ?? ""];
    await Bun.spawn([...args, "first"]).exited;
    const columns = `request_id, org_id, key_id, requested_model, surface, stream, passthrough, outcome, status, input_tokens,
      cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, audio_input_tokens,
      audio_output_tokens, raw_usage, usage_estimated, cost_source, losses, before_us, upstream_first_byte_us, first_byte_us,
      total_us, started_at`;
    await place.sql(`insert into usage_records (${columns}) select 'req_' || i, 'org_1', 'key_1', 'm', 'openai-chat', 0, 1,
      'completed', 200, i, 0, 0, 0, 0, 0, 0, 0, '{}', 0, 'none', '', 1, 2, 3, 4, ${today} - (i % 50) * ${day / 2}
      from generate_series(1, 2000) as i`);
    await place.sql("update usage_records set started_at = 9 where request_id = 'req_7'");
    // Four at once, as replicas of a new release start.
    const starts = [1, 2, 3, 4].map(() => Bun.spawn([...args, "all"], { stdout: "pipe" }));
    for (const start of starts) expect(await new Response(start.stdout).text()).toBe("open 0\n");
    const [kept] = await place.query(
      "select count(*) as n, sum(input_tokens) as tokens, count(distinct tableoid) as tables from usage_records",
    );
    expect([kept?.n, kept?.tokens, kept?.tables].map(Number)).toEqual([2000, 2001 * 1000, 27]);
    const [summed] = await place.query("select sum(requests) as n from usage_rollups");
    expect(Number(summed?.n)).toBe(2000);
    const storage = await place.open();
    await storage.ledger.insert([row("req_7", 9, { orgId: "org_1" })]);
    const [again] = await place.query("select count(*) as n from usage_records");
    expect(Number(again?.n)).toBe(2000);
  }, 60_000);
});
