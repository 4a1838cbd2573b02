/** `npm run bench`: what Penstock costs beside nginx, in one run on this machine. See docs/performance.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCase } from "./measure/find-case.ts";
import { measureAll } from "./measure/measure-all.ts";
import { type BenchOptions, parseOptions, usage } from "./options.ts";
import { fullPlan, quickPlan } from "./plan/plan.ts";
import { profileCase } from "./profile/profile-case.ts";
import type { BenchReport } from "./report/bench-report.ts";
import { printProfile, printReport } from "./report/print-report.ts";
import { reportPage } from "./report/report-page.ts";
import { requireLinux, runMain } from "./run-main.ts";
import { type Session, withSession } from "./session.ts";
import { allTargets } from "./targets/all-targets.ts";
import { findNginx } from "./targets/nginx-binary.ts";

// A run that hangs must still end: profiles and a slow machine included, none should take this long.
const hardLimitMs = 15 * 60_000;

await runMain(main);

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  requireLinux();
  const limit = setTimeout(() => process.kill(process.pid, "SIGTERM"), hardLimitMs);
  limit.unref();
  const failed = await withSession((session) =>
    options.profile === undefined ? measure(session, options) : profile(session, options, options.profile),
  );
  clearTimeout(limit);
  return failed ? 1 : 0;
}

async function measure(session: Session, options: BenchOptions): Promise<boolean> {
  if (options.targets.includes("nginx")) findNginx();
  const plan = options.quick ? quickPlan : fullPlan;
  const report = await measureAll({ session, plan, options, progress });
  const path = options.out ?? join(import.meta.dir, "report.json");
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
  const page = path.replace(/(\.json)?$/, ".html");
  writeFileSync(page, reportPage(report));
  progress("");
  console.log(
    `${printReport(report)}\n\n${Math.round(report.seconds)} s; every figure is in ${path}, pictures in ${page}`,
  );
  return failures(report) > 0;
}

async function profile(session: Session, options: BenchOptions, id: string): Promise<boolean> {
  const name = options.targets.includes("penstock") ? "penstock" : "minimal";
  const { lane, shape } = findCase(id, name);
  const { host, generator } = session;
  progress(`profiling ${name} under ${id}`);
  const figures = await profileCase({
    target: allTargets[name],
    host,
    generator,
    lane,
    shape,
    seconds: 5,
    count: 30,
  });
  progress("");
  console.log(printProfile(figures));
  return false;
}

function failures(report: BenchReport): number {
  const loads = [...report.cells, ...report.openLoop, ...report.openStreams, ...report.slowReaders];
  return loads.reduce((sum, load) => sum + load.failures, 0);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
  else if (text !== "") process.stderr.write(`${text}\n`);
}
