// A process that writes usage records until somebody kills it: `bun insert-until-killed.ts <data folder> <prefix of ids>`.
// Each line that it prints says how many are committed.

import { writeSync } from "node:fs";
import { openStorage } from "../src/storage/open-storage.ts";
import { usageRecord } from "./usage-record.ts";

const [dataDir = "", prefix = ""] = process.argv.slice(2);
const storage = await openStorage({ dataDir, databaseUrl: undefined });
for (let committed = 0; ; ) {
  const batch = Array.from({ length: 128 }, (_, index) =>
    usageRecord({ requestId: `${prefix}_${committed + index}` }),
  );
  await storage.ledger.insert(batch);
  committed += batch.length;
  writeSync(1, `${committed}\n`);
  await Bun.sleep(1);
}
