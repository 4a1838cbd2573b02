import { afterEach, beforeEach, expect, test } from "bun:test";
import { createPlace, type TestPlace } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { Storage } from "../storage.ts";

let place: TestPlace;
let storage: Storage;
beforeEach(async () => {
  place = await createPlace("sqlite");
  storage = await place.open();
});
afterEach(() => place.remove());

const batch = (size: number): UsageRecord[] =>
  Array.from({ length: size }, (_, index) =>
    usageRecord({ requestId: `req_${index}`, keyId: `key_${index}` }),
  );

/** What somebody else who reads the file sees: rows, and requests that were rolled up. */
async function seen(): Promise<readonly [number, number]> {
  const [row] = await place.query(
    "select (select count(*) from usage_records) as rows, (select coalesce(sum(requests), 0) from usage_rollups) as sums",
  );
  return [Number(row?.rows), Number(row?.sums)];
}

test("a large batch leaves others their turns, who see nothing of it before all is there", async () => {
  let done = false;
  const inserted = storage.ledger.insert(batch(200)).then(() => {
    done = true;
  });
  const before: (readonly [number, number])[] = [];
  while (!done) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!done) before.push(await seen());
  }
  await inserted;
  expect(before.length).toBeGreaterThan(5);
  expect(before.filter(([rows, sums]) => rows !== sums)).toEqual([]);
  expect(before.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => [0, 0]));
  expect(await seen()).toEqual([200, 200]);
});

test("a change asked for meanwhile comes after the batch and is not part of it", async () => {
  const bad = usageRecord({ requestId: "req_bad", orgId: null as unknown as string });
  const [refused, changed] = await Promise.all([
    storage.ledger.insert([...batch(100), bad]).then(
      () => undefined,
      (error: unknown) => error,
    ),
    storage.change(async (writes) => {
      await writes.instance.set("bootstrapped_at", "kept");
      return writes.instance.get("bootstrapped_at");
    }),
  ]);
  expect(refused).toMatchObject({ code: expect.any(String) });
  expect(changed).toBe("kept");
  expect(await seen()).toEqual([0, 0]);
  await storage.ledger.insert(batch(100));
  expect(await seen()).toEqual([100, 100]);
});
