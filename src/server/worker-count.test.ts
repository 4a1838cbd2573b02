import { expect, test } from "bun:test";
import type { ErrorProblem } from "../errors/penstock-error.ts";
import type { Role } from "./role.ts";
import { readWorkerCount } from "./worker-count.ts";

function read(text: string | undefined, platform: NodeJS.Platform = "linux", role: Role = "all") {
  const problems: ErrorProblem[] = [];
  const count = readWorkerCount({ PENSTOCK_WORKERS: text }, { role, platform }, problems);
  return { count, problems: problems.map(({ message }) => message) };
}

test("one process unless told, as many as told, and auto is one a core", () => {
  expect(read(undefined)).toEqual({ count: 1, problems: [] });
  expect(read("")).toEqual({ count: 1, problems: [] });
  expect(read("4")).toEqual({ count: 4, problems: [] });
  const { count, problems } = read("auto");
  expect(count).toBe(navigator.hardwareConcurrency);
  expect(problems).toEqual([]);
});

test("what is no number of processes is refused by name", () => {
  for (const text of ["0", "-1", "1.5", "many", "257", "1e2", " 2"]) {
    expect(read(text).problems).toEqual([expect.stringContaining("auto or a whole number")]);
  }
});

test("where processes cannot share a port, or none would take calls, more than one is refused; auto is one", () => {
  for (const platform of ["darwin", "win32"] as const) {
    expect(read("2", platform).problems).toEqual([expect.stringContaining("only Linux")]);
    expect(read("auto", platform)).toEqual({ count: 1, problems: [] });
    expect(read("1", platform)).toEqual({ count: 1, problems: [] });
  }
  expect(read("2", "linux", "control").problems).toEqual([expect.stringContaining("PENSTOCK_ROLE=control")]);
  expect(read("auto", "linux", "control").count).toBe(1);
});
