import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { usageRecord } from "../../../../testkit/usage-record.ts";
import { PenstockError } from "../../../errors/penstock-error.ts";
import type { UsageRecord } from "../../../plane/usage-record.ts";
import type { ServiceLogEntry } from "../../service-context.ts";
import { createLedgerWriter } from "../writer.ts";
import { recoverSpools } from "./recover-spools.ts";
import { Spool } from "./spool.ts";
import { readLines, roomFor, toMark, toText, writeLine } from "./spool-line.ts";
import { realFiles } from "./spool-segment.ts";

let root: string;
const logged: ServiceLogEntry[] = [];
const log = (entry: ServiceLogEntry) => void logged.push(entry);
const events = () => logged.map(({ event }) => event);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "penstock-spool-"));
  logged.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const record = (requestId: string) => usageRecord({ requestId, requestedModel: `ü\u2028\n${requestId}` });

/** A database that keeps each id once and may be down. */
function createStore() {
  const kept = new Map<string, UsageRecord>();
  const store = {
    down: false,
    inserts: 0,
    kept,
    async insert(records: readonly UsageRecord[]) {
      store.inserts++;
      await Bun.sleep(0);
      if (store.down) throw new PenstockError("storage_unavailable");
      for (const each of records) if (!kept.has(each.requestId)) kept.set(each.requestId, each);
    },
  };
  return store;
}

/** A line as the file has it. */
function lineOf(text: string): string {
  const bytes = Buffer.alloc(roomFor(text));
  return bytes.toString("utf8", 0, writeLine(text, bytes));
}
const toLine = (each: UsageRecord) => lineOf(toText(each));

/** A disk that takes so many bytes more. */
function createDisk(room: number) {
  const disk = {
    room,
    write(fd: number, bytes: Uint8Array, length: number) {
      const part = Math.min(length, disk.room);
      disk.room -= part;
      if (part === 0) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      return realFiles.write(fd, bytes, part);
    },
  };
  return disk;
}

const open = (change: Partial<Parameters<typeof Spool.open>[0]> = {}) =>
  Spool.open({ root, maxBytes: 1e9, ...change });
const recover = (store: ReturnType<typeof createStore>) => recoverSpools({ root, store, log, batchSize: 3 });
/** What a killed process leaves: its lock is free, its files are there. */
function abandon(lines: readonly string[]): string {
  const spool = open();
  const { folder } = spool;
  spool.append(record("none"));
  spool.close();
  writeFileSync(join(folder, "00000001.log"), lines.join(""));
  return join(folder, "00000001.log");
}

describe("a line of the spool", () => {
  test("cut at every byte, everything before it is read and nothing else", () => {
    const lines = ["a", "b", "c"].map((id) => toLine(record(id)));
    const bytes = new TextEncoder().encode(lines.join(""));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { records, damaged } = readLines(bytes.subarray(0, cut));
      const whole = new TextDecoder().decode(bytes.subarray(0, cut)).split("\n").length - 1;
      expect(records.map(({ requestId }) => requestId)).toEqual(["a", "b", "c"].slice(0, whole));
      expect(damaged).toBe(0);
    }
  });

  test("one byte that changed costs its line and no other, and is counted", () => {
    const lines = ["a", "b", "c"].map((id) => toLine(record(id)));
    const bytes = new TextEncoder().encode(lines.join(""));
    const first = new TextEncoder().encode(lines[0]).length;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: first - 2 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = bytes.slice();
        broken[at] = (broken[at] ?? 0) ^ flip;
        const { records, damaged } = readLines(broken);
        expect(records.map(({ requestId }) => requestId)).toEqual(["b", "c"]);
        expect(damaged).toBeGreaterThanOrEqual(1);
      }),
      // A letter of the checksum in upper case.
      { examples: [[4, 32]] },
    );
  });

  test("what a mark says is written is not read again", () => {
    const [a, b] = [toLine(record("a")), toLine(record("b"))];
    const bytes = new TextEncoder().encode(a + b + lineOf(toMark(Buffer.byteLength(a))));
    expect(readLines(bytes).records.map(({ requestId }) => requestId)).toEqual(["b"]);
  });

  test("a record comes back as it went, whatever is in it", () => {
    const odd = usageRecord({
      requestedModel: 'a"\\\0\ud800',
      losses: "x\ny",
      attempts: [
        { providerId: "p", provider: "q", model: "m", outcome: "failed", errorCode: "upstream_error", us: 5 },
      ],
    });
    const [back] = readLines(new TextEncoder().encode(toLine(odd))).records;
    expect(back).toEqual(JSON.parse(JSON.stringify(odd)));
  });
});

describe("what a dead process left behind", () => {
  test("is written once, in order, by the one that finds it, and then it is gone", async () => {
    abandon(["a", "b", "c", "d", "e"].map((id) => toLine(record(id))));
    const store = createStore();
    const sums = await Promise.all([recover(store), recover(store)]);
    expect(sums.map(({ records }) => records).sort()).toEqual([0, 5]);
    expect([...store.kept.keys()]).toEqual(["a", "b", "c", "d", "e"]);
    expect(store.kept.get("a")).toEqual(JSON.parse(JSON.stringify(record("a"))));
    expect(readdirSync(root)).toEqual([]);
  });

  test("stays while the database is down, and a torn last line is nobody's loss", async () => {
    const path = abandon(["a", "b"].map((id) => toLine(record(id))));
    truncateSync(path, readFileSync(path).length - 9);
    const store = createStore();
    store.down = true;
    await expect(recover(store)).rejects.toMatchObject({ code: "storage_unavailable" });
    store.down = false;
    expect(await recover(store)).toEqual({ records: 1, lost: 0 });
    expect([...store.kept.keys()]).toEqual(["a"]);
  });

  test("a damaged line is counted as lost and said, the others are written", async () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => toLine(record(id)));
    abandon([`${a}`, `${b}`.replace("openai", "0penai"), `${c}`]);
    const store = createStore();
    expect(await recover(store)).toEqual({ records: 2, lost: 1 });
    expect(logged).toContainEqual(
      expect.objectContaining({
        level: "error",
        event: "spool_replayed",
        fields: expect.objectContaining({ lost: 1 }),
      }),
    );
  });

  test("a process that lives is left alone", async () => {
    const spool = open();
    spool.append(record("a"));
    const store = createStore();
    expect(await recover(store)).toEqual({ records: 0, lost: 0 });
    spool.close();
    expect(await recover(store)).toEqual({ records: 1, lost: 0 });
  });
});

describe("a writer with a spool", () => {
  test("has each record on disk when add returns, and nothing there once all is written", async () => {
    const store = createStore();
    const spool = open();
    const writer = createLedgerWriter({ store, log, spool, intervalMs: 60_000 });
    writer.add(record("a"));
    const [file] = readdirSync(spool.folder).filter((name) => name.endsWith(".log"));
    expect(readLines(readFileSync(join(spool.folder, `${file}`))).records).toHaveLength(1);
    await writer.flush();
    expect(readLines(readFileSync(join(spool.folder, `${file}`))).records).toHaveLength(0);
    await writer.close();
    expect(readdirSync(root)).toEqual([]);
  });

  test("has records of any length on disk as they were", async () => {
    const spool = open();
    const writer = createLedgerWriter({ store: createStore(), log, spool, intervalMs: 60_000 });
    const models = [1, 21_000, 22_000, 70_000, 3].map((length) => "ü€𝄞".repeat(length));
    for (const requestedModel of models) writer.add(usageRecord({ requestedModel }));
    const [file] = readdirSync(spool.folder).filter((name) => name.endsWith(".log"));
    const { records, damaged } = readLines(readFileSync(join(spool.folder, `${file}`)));
    expect(records.map(({ requestedModel }) => requestedModel)).toEqual(models);
    expect(damaged).toBe(0);
    expect(writer.stats().spoolBytes).toBe(readFileSync(join(spool.folder, `${file}`)).length);
    await writer.close();
  });

  test("keeps far more than memory holds, in order, through an outage", async () => {
    const store = createStore();
    store.down = true;
    const writer = createLedgerWriter({
      ...{ store, log, spool: open(), intervalMs: 2, batchSize: 50, held: 100, capacity: 200 },
    });
    const ids = Array.from({ length: 20_000 }, (_, index) => `req_${index}`);
    for (const id of ids) writer.add(record(id));
    expect(writer.stats()).toMatchObject({ queued: 20_000, lost: 0, unspooled: 0, spool: "ok" });
    expect(writer.stats().spoolBytes).toBeGreaterThan(10_000_000);
    expect([...writer.waiting()].map(({ requestId }) => requestId)).toEqual(ids);
    await Bun.sleep(20);
    store.down = false;
    await writer.close();
    expect([...store.kept.keys()]).toEqual(ids);
    expect(writer.stats()).toMatchObject({ queued: 0, written: 20_000, lost: 0, spoolBytes: 0 });
    expect(readdirSync(root)).toEqual([]);
  }, 20_000);

  test("ends while the database is down: nothing is lost, the next start writes it", async () => {
    const store = createStore();
    store.down = true;
    const writer = createLedgerWriter({ store, log, spool: open(), intervalMs: 1 });
    for (const id of ["a", "b", "c"]) writer.add(record(id));
    await writer.close(20);
    expect(writer.stats().lost).toBe(0);
    expect(events()).toContain("ledger_spooled");
    store.down = false;
    expect(await recover(store)).toEqual({ records: 3, lost: 0 });
  });

  test("a full disk costs nothing while memory has room; it says so, once, and when it is over", async () => {
    const store = createStore();
    store.down = true;
    const disk = createDisk(2_000);
    const spool = open({ files: disk });
    const writer = createLedgerWriter({ store, log, spool, intervalMs: 5, capacity: 10 });
    for (let index = 0; index < 20; index++) writer.add(record(`${index}`));
    const { lost, unspooled, spool: state, queued } = writer.stats();
    expect([state, unspooled]).toEqual(["full", 10]);
    expect(lost).toBeGreaterThan(0);
    expect(queued + lost).toBe(20);
    expect(events().filter((event) => event === "spool_full")).toHaveLength(1);
    // What was cut off in the middle of a line left nothing behind.
    const [file] = readdirSync(spool.folder).filter((name) => name.endsWith(".log"));
    expect(readFileSync(join(spool.folder, `${file}`), "utf8")).toEndWith("\n");
    disk.room = 1e6;
    await Bun.sleep(1_050);
    writer.add(record("after"));
    expect(writer.stats().spool).toBe("ok");
    expect(events()).toContain("spool_resumed");
    store.down = false;
    await writer.close();
    expect(store.kept.size).toBe(queued + 1);
    expect(writer.stats()).toMatchObject({ lost, queued: 0, unspooled: 0 });
  });

  test("its bound is a full disk to it", () => {
    const writer = createLedgerWriter({
      store: createStore(),
      log,
      spool: open({ maxBytes: 2_000 }),
      intervalMs: 60_000,
    });
    for (let index = 0; index < 5; index++) writer.add(record(`${index}`));
    expect(writer.stats()).toMatchObject({ queued: 5, spool: "full", lost: 0 });
    expect(writer.stats().spoolBytes).toBeLessThanOrEqual(2_000);
  });

  test("any order of records, outages, flushes and crashes: every record once, none lost", async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 2, arbitrary: fc.constantFrom("down", "up", "flush", "recover") },
      { weight: 1, arbitrary: fc.constantFrom("crash", "stop") },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const store = createStore();
        const sent: string[] = [];
        const start = () => {
          const spool = open();
          return {
            spool,
            writer: createLedgerWriter({ store, log, spool, intervalMs: 1, batchSize: 7, held: 20 }),
          };
        };
        let current = start();
        for (const each of steps) {
          if (typeof each === "object") {
            for (let index = 0; index < each.add; index++) {
              sent.push(`req_${sent.length}`);
              current.writer.add(record(sent.at(-1) ?? ""));
            }
          } else if (each === "down" || each === "up") store.down = each === "down";
          else if (each === "flush") await current.writer.flush().catch(() => {});
          else if (each === "recover") await recover(store).catch(() => {});
          else if (each === "stop") {
            await current.writer.close(1);
            current = start();
          } else {
            // Its files stay as they are and its lock is freed, as a kill does it; the old writer goes on in vain.
            current.spool.close();
            current = start();
          }
        }
        store.down = false;
        await current.writer.close();
        await recover(store);
        expect([...store.kept.keys()].sort()).toEqual(sent.sort());
        expect(readdirSync(root)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
