import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usageRecord } from "../../../testkit/usage-record.ts";
import { Checkpointer } from "./checkpointer.ts";
import { openSqlite } from "./open-sqlite.ts";

let folder: string;
let path: string;
let failures: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "penstock-checkpointer-"));
  path = join(folder, "penstock.db");
  failures = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const onFailure = (cause: unknown) => void failures.push(cause);

/** A database of rows that fill a page each, with a checkpointer told of every write. */
function openPages(program?: string) {
  const database = new Database(path, { create: true });
  database.run("pragma journal_mode = wal");
  database.run("pragma synchronous = normal");
  database.run("create table pages (content text)");
  const insert = database.prepare("insert into pages values (?)");
  const checkpointer = new Checkpointer({ database, path, onFailure, ...(program && { program }) });
  return {
    database,
    write(pages: number) {
      database.transaction(() => {
        for (let page = 0; page < pages; page++) insert.run("x".repeat(4_000));
      })();
      checkpointer.look();
    },
    frames: () =>
      database.query("pragma wal_checkpoint(noop)").get() as { log: number; checkpointed: number },
    autocheckpoint: () =>
      Number(Object.values(database.query("pragma wal_autocheckpoint").get() as object)[0]),
    async close() {
      await checkpointer.close();
      insert.finalize();
      database.close();
    },
  };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const started = performance.now();
  while (!condition()) {
    if (performance.now() - started > 10_000) throw new Error(`not within 10 s: ${what}`);
    await Bun.sleep(2);
  }
}

test("the log is copied by the thread while the connection goes on writing, and begins anew again and again", async () => {
  const pages = openPages();
  let restarts = 0;
  let longest = 0;
  let before = 0;
  let written = 0;
  while (restarts < 3 && longest < 16_000) {
    pages.write(100);
    written += 100;
    const { log } = pages.frames();
    if (log < before) restarts++;
    longest = Math.max(longest, log);
    before = log;
    await Bun.sleep(20);
  }
  // From 16,000 on the writing connection would have done it.
  expect(longest).toBeLessThan(16_000);
  expect(restarts).toBe(3);
  await pages.close();
  expect(failures).toEqual([]);
  const database = new Database(path, { readonly: true });
  expect(database.query("select count(*) as n from pages").get()).toEqual({ n: written });
  expect(database.query("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
  database.close();
});

test("a log that is never left alone does not grow for ever, and nothing of it is lost", async () => {
  const pages = openPages();
  let longest = 0;
  for (let written = 0; written < 60_000; written += 100) {
    pages.write(100);
    longest = Math.max(longest, pages.frames().log);
    await Bun.sleep(1);
  }
  // 16,000, and what was written until the thread was done with its last passes.
  expect(longest).toBeLessThan(32_000);
  await pages.close();
  expect(failures).toEqual([]);
  const database = new Database(path, { readonly: true });
  expect(database.query("select count(*) as n from pages").get()).toEqual({ n: 60_000 });
  expect(database.query("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
  database.close();
}, 30_000);

test("little that was written starts no thread, nor does reading", async () => {
  const pages = openPages(join(folder, "none.js"));
  pages.write(900);
  for (let read = 0; read < 10; read++) pages.frames();
  await Bun.sleep(50);
  expect(failures).toEqual([]);
  expect(pages.frames().checkpointed).toBe(0);
  await pages.close();
});

test("a thread that cannot start is said once, and commits do its work as SQLite does by default", async () => {
  const pages = openPages(join(folder, "none.js"));
  pages.write(1_500);
  await until(() => failures.length > 0, "the failure is told");
  expect(String(failures[0])).toContain("none.js");
  expect(pages.autocheckpoint()).toBe(1_000);
  pages.write(10);
  const { log, checkpointed } = pages.frames();
  expect(checkpointed).toBe(log);
  for (let turn = 0; turn < 5; turn++) {
    pages.write(1_500);
    await Bun.sleep(10);
  }
  expect(failures).toHaveLength(1);
  await pages.close();
});

test("closing does not wait for a thread that never starts", async () => {
  const pages = openPages(join(folder, "none.js"));
  pages.write(1_500);
  await pages.close();
  expect(failures).toEqual([]);
});

test("a thread that dies at work is said once, and not started again", async () => {
  const started = join(folder, "started");
  const program = join(folder, "dying.js");
  writeFileSync(
    program,
    `const { appendFileSync } = require("node:fs");
appendFileSync(${JSON.stringify(started)}, "started\\n");
self.onmessage = () => { throw new Error("it died"); };`,
  );
  const pages = openPages(program);
  for (let turn = 0; turn < 5; turn++) {
    pages.write(1_500);
    await Bun.sleep(50);
  }
  expect(failures).toHaveLength(1);
  expect(String(failures[0])).toContain("it died");
  expect(await Bun.file(started).text()).toBe("started\n");
  await pages.close();
});

test("a checkpoint that fails is said once and tried again after the next write", async () => {
  const program = join(folder, "failing.js");
  writeFileSync(
    program,
    `let asked = 0;
self.onmessage = ({ data }) => {
  if (data.kind === "close") process.exit(0);
  self.postMessage(asked++ < 3 ? { failure: "disk full " + asked } : { log: 1, checkpointed: 1 });
};`,
  );
  const pages = openPages(program);
  pages.write(1_500);
  await until(() => failures.length > 0, "the failure is told");
  for (let turn = 0; turn < 10; turn++) {
    pages.write(1);
    await Bun.sleep(10);
  }
  expect(failures).toEqual(["disk full 1"]);
  expect(pages.autocheckpoint()).toBe(16_000);
  await pages.close();
});

test("closed at work, the storage leaves one file with all that was committed", async () => {
  const storage = await openSqlite({ path, onCheckpointFailure: onFailure });
  const records = Array.from({ length: 6_000 }, (_, index) => usageRecord({ requestId: `req_${index}` }));
  for (let at = 0; at < records.length; at += 500) await storage.ledger.insert(records.slice(at, at + 500));
  await storage.close();
  await storage.close();
  expect(failures).toEqual([]);
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  const alone = join(folder, "copy");
  await Bun.write(alone, Bun.file(path));
  const database = new Database(alone);
  expect(database.query("select count(*) as n from usage_records").get()).toEqual({ n: 6_000 });
  database.close();
});

test("killed with -9 while the thread copies, again and again: all that was committed is there, and whole", async () => {
  const program = join(import.meta.dir, "../../../testkit/insert-until-killed.ts");
  let committed = 0;
  for (let round = 0; round < 4; round++) {
    const child = Bun.spawn([process.execPath, program, folder, `round${round}`], { stdout: "pipe" });
    let told = 0;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      told = Number(text.trimEnd().split("\n").at(-1));
      // The thread has begun to copy when the file has grown; it is killed at a moment that differs from round to round.
      if (told > 8_000 + Math.random() * 8_000 && statSync(path).size > 1_500_000) child.kill("SIGKILL");
    }
    await child.exited;
    const database = new Database(path);
    const row = database
      .query<{ rows: number; sums: number }, []>(
        "select (select count(*) from usage_records) as rows, (select sum(requests) from usage_rollups) as sums",
      )
      .get();
    expect(database.query("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
    expect(row?.rows).toBeGreaterThanOrEqual(committed + told);
    expect(row?.sums).toBe(row?.rows ?? 0);
    committed = row?.rows ?? 0;
  }
}, 60_000);
