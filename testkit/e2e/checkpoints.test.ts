import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { commands, root, scratchFolder, startProcess } from "./server-process.ts";
import { chatSurface } from "./world.ts";

const sources = [process.execPath, join(root, "src/cli/main.ts"), "serve"];

test.concurrent.each([
  { what: "started from its bundle", command: commands.serve, entry: /main\.js$/ },
  { what: "started from its sources", command: sources, entry: /main\.ts$/ },
])(
  "a server $what copies the write-ahead log in its thread",
  async ({ command, entry }) => {
    expect(command[1]).toMatch(entry);
    using folder = scratchFolder();
    using server = await startProcess(folder.path, { command });
    using beside = new Database(join(folder.path, "penstock.db"));
    beside.run("pragma busy_timeout = 5000");
    beside.run("pragma wal_autocheckpoint = 0");
    const frames = beside.prepare<{ log: number; checkpointed: number }, []>("pragma wal_checkpoint(noop)");
    // Rows of a page each: more than the thread waits for, far less than what the server's own connection would copy.
    beside.run(
      `create table filler as with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500)
     select i, hex(zeroblob(2000)) as page from n`,
    );
    expect(frames.get()?.checkpointed).toBeLessThan(1_000);
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.bootstrap.gateway_key}` },
      body: JSON.stringify(chatSurface.body("playground-llm")),
    });
    await response.text();
    expect(response.status).toBe(200);
    const started = performance.now();
    while ((frames.get()?.checkpointed ?? 0) < 1_500) {
      if (performance.now() - started > 10_000)
        throw new Error(`not copied: ${JSON.stringify(frames.get())}`);
      await Bun.sleep(20);
    }
    frames.finalize();
    beside.close();
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(server.stderr()).not.toContain("checkpoint_failed");
    const log = Bun.file(join(folder.path, "penstock.db-wal"));
    expect((await log.exists()) ? log.size : 0).toBe(0);
  },
  60_000,
);
