import { expect, test } from "bun:test";
import { type StopSignal, toAbortSignal } from "./stop-signal.ts";

/** What ends a call without being an `AbortSignal`. */
function createStop() {
  const listeners = new Set<{ handleEvent(): void }>();
  const stop = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: "abort", listener: { handleEvent(): void }) => void listeners.add(listener),
    removeEventListener: (_: "abort", listener: { handleEvent(): void }) => void listeners.delete(listener),
    end(reason: unknown) {
      stop.aborted = true;
      stop.reason = reason;
      for (const listener of listeners) listener.handleEvent();
    },
  };
  return stop satisfies StopSignal;
}

test("fetch is ended by it, with its reason, whether it comes before or meanwhile", async () => {
  using server = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) });
  const stop = createStop();
  const calling = fetch(server.url, { signal: toAbortSignal(stop) });
  await Bun.sleep(5);
  const why = new TypeError("enough");
  stop.end(why);
  await expect(calling).rejects.toBe(why);
  expect(toAbortSignal(stop).aborted).toBe(true);
  expect(toAbortSignal(stop).reason).toBe(why);
});

test("an AbortSignal stays as it is", () => {
  const { signal } = new AbortController();
  expect(toAbortSignal(signal)).toBe(signal);
});
