import { expect, test } from "bun:test";
import { usageRecord } from "../../testkit/usage-record.ts";
import type { AttemptRecord } from "../plane/usage-record.ts";
import { AttemptCounts } from "./attempt-counts.ts";
import { ProviderSlots } from "./provider-slots.ts";

const attempt = (provider: string, outcome: AttemptRecord["outcome"]): AttemptRecord => ({
  ...{ providerId: provider, provider, model: "m", outcome, us: 1 },
});

function counted(...requests: (readonly AttemptRecord[])[]) {
  const slots = new ProviderSlots();
  const provider = {
    driver: "custom",
    baseUrl: "",
    credential: undefined,
    options: {},
    status: "available",
  } as const;
  const providers = ["a", "b"].map((id) => ({
    ...provider,
    id,
    name: id,
    priority: 0,
    createdAt: 0,
    models: [],
  }));
  slots.follow(
    { version: 1, orgs: [{ id: "org_1", name: "o", defaultModel: undefined, keys: [], providers }] },
    () => {},
  );
  const counts = new AttemptCounts(slots);
  for (const attempts of requests) counts.add(usageRecord({ attempts }));
  const told = (of: AttemptCounts["calls"]) =>
    Object.fromEntries(
      [...of.values()].map(({ labels, count }) => [`${labels.provider} ${labels.what}`, count]),
    );
  return { counts, told };
}

test("every call counts for its own provider; going elsewhere counts for the one that was left", () => {
  const { counts, told } = counted(
    [attempt("a", "completed")],
    [attempt("a", "failed"), attempt("a", "failed"), attempt("b", "completed")],
    [attempt("a", "cancelled"), attempt("b", "completed")],
  );
  expect(told(counts.calls)).toEqual({ "a completed": 1, "a failed": 2, "a cancelled": 1, "b completed": 2 });
  expect(told(counts.turns)).toEqual({ "a fallback": 1, "a hedge": 1 });
});

test("a circuit that opens counts for its provider, until that is gone", () => {
  const { counts, told } = counted();
  counts.circuitOpened("a");
  counts.circuitOpened("a");
  expect(told(counts.turns)).toEqual({ "a circuit_open": 2 });
  counts.forget("a");
  expect(counts.turns.size).toBe(0);
});
