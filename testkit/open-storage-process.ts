/**
 * Run as a process of its own: opens the storage it is given, as a replica that starts does, and says `open`. The third
 * argument: `all` migrations, the `first` one alone as an old release had it, or `half`: it stops for ever in the middle of
 * a migration and says so.
 */

import type { Migration } from "kysely";
import { migrations } from "../src/storage/migrations/migrations.ts";
import { openStorage } from "../src/storage/open-storage.ts";

const [dataDir = "", databaseUrl = "", mode = "all"] = process.argv.slice(2);
const list: Record<string, Migration> = migrations;
const [first = "", ...later] = Object.keys(list);
const middle = later[Math.floor(later.length / 2)];
const whole = middle === undefined ? undefined : list[middle];
if (mode === "first") for (const name of later) delete list[name];
if (mode === "half" && middle !== undefined && whole !== undefined) {
  list[middle] = {
    async up(db) {
      await whole.up(db);
      process.stdout.write(`half ${first} to ${middle}\n`);
      // Keeps the process alive: a promise alone does not.
      await new Promise(() => setInterval(() => {}, 1_000));
    },
  };
}
const opening = openStorage({ dataDir, databaseUrl: databaseUrl === "" ? undefined : databaseUrl });
if (mode === "first") {
  // This program may need more than that to open it; what counts is the database.
  await opening.catch(() => {});
  process.stdout.write("first\n");
  process.exit(0);
}
const storage = await opening;
process.stdout.write(`open ${await storage.reads.instance.version()}\n`);
await storage.close();
process.exit(0);
