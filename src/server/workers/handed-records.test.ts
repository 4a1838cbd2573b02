import { expect, test } from "bun:test";
import { usageRecord } from "../../../testkit/usage-record.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { Channel } from "./channel.ts";
import { HandedRecords } from "./handed-records.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";

function handing() {
  const told: string[] = [];
  const own: string[] = [];
  const channel = new Channel<WorkerSays, PrimarySays>(
    (packet) => {
      for (const [, kind, body] of packet) if (kind === "record") told.push(idOf(body));
    },
    {
      notices: { written() {}, version() {}, present() {}, drain() {} },
      questions: { refresh: () => true, sync: () => true, metrics: () => "" },
    },
  );
  const records = new HandedRecords(channel, { add: (record: UsageRecord) => own.push(record.requestId) });
  return { records, told, own };
}

const idOf = (body: unknown) => (body as WorkerSays["notices"]["record"]).record.requestId;
const record = (n: number) => usageRecord({ requestId: `req_${n}` });

test("the primary is told of each once, in the turn it is added", async () => {
  const { records, told, own } = handing();
  records.add(record(1));
  records.add(record(2));
  await Promise.resolve();
  expect(told).toEqual(["req_1", "req_2"]);
  expect(own).toEqual([]);
});

test("when the primary is gone, what it may not have is written here, and all that comes after", () => {
  const { records, own } = handing();
  for (let n = 1; n <= 5; n++) records.add(record(n));
  records.written(3);
  records.takeOver();
  records.add(record(6));
  expect(own).toEqual(["req_4", "req_5", "req_6"]);
});

test("what may wait in memory since the primary does not keep up is written down here, too", () => {
  const { records, own } = handing();
  for (let n = 1; n <= 100; n++) records.add(record(n));
  expect(own).toEqual(Array.from({ length: 52 }, (_, i) => `req_${i + 49}`));
  records.written(100);
  records.add(record(101));
  expect(own).toHaveLength(52);
});

test("a primary that is stuck costs a bounded number of records in memory, and none is lost", async () => {
  const { records, told, own } = handing();
  for (let n = 1; n <= 12_000; n++) records.add(record(n));
  await Promise.resolve();
  expect(told).toHaveLength(5_000);
  records.takeOver();
  const kept = new Set(own);
  for (let n = 1; n <= 12_000; n++) expect(kept.has(`req_${n}`)).toBe(true);
});
