import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Children } from "./children.ts";
import { cpuBetween, processTree, sampleCpu } from "./cpu-time.ts";
import { residentBytes } from "./memory.ts";

const directory = mkdtempSync(join(tmpdir(), "bench-children-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const children = new Children(directory, undefined);
const shell = (name: string, script: string) =>
  children.spawn({ name, role: "target", command: ["sh", "-c", script] });

test("every child ends with the run, one that ignores SIGTERM too", async () => {
  const mild = shell("mild", "sleep 60");
  const stubborn = shell("stubborn", "trap '' TERM; echo started; while :; do sleep 0.1; done");
  while (!stubborn.logTail().includes("started")) await Bun.sleep(5);
  await children.stopAll();
  expect(mild.process.signalCode).toBe("SIGTERM");
  expect(stubborn.process.signalCode).toBe("SIGKILL");
});

test("CPU and memory of a process tree hold its children's", async () => {
  const burner = shell("burner", 'sh -c "while :; do :; done" & wait');
  while (processTree(burner.process.pid).length < 2) await Bun.sleep(5);
  const before = sampleCpu(burner.process.pid);
  const started = performance.now();
  await Bun.sleep(300);
  const used = cpuBetween(before, sampleCpu(burner.process.pid)) / 1e6;
  expect(used).toBeGreaterThan(20);
  expect(used).toBeLessThan((performance.now() - started) * 1.5);
  expect(residentBytes(burner.process.pid)).toBeGreaterThan(100_000);
  for (const pid of processTree(burner.process.pid).reverse()) process.kill(pid, "SIGKILL");
  await burner.stop();
});

test("an idle process uses next to nothing", async () => {
  const sleeper = shell("sleeper", "sleep 60");
  await Bun.sleep(50);
  const before = sampleCpu(sleeper.process.pid);
  await Bun.sleep(200);
  expect(cpuBetween(before, sampleCpu(sleeper.process.pid)) / 1e6).toBeLessThan(15);
  await sleeper.stop();
});

test("a developer's own Penstock settings do not reach a child", async () => {
  process.env.PENSTOCK_PORT = "1";
  const printer = shell("printer", "env");
  await printer.process.exited;
  delete process.env.PENSTOCK_PORT;
  expect(printer.logTail()).not.toContain("PENSTOCK_");
});
