import { expect, test } from "bun:test";
import { MemoryKeptAnswers } from "../../engine/kept-answers/memory-kept-answers.ts";
import { MemoryLimitStore } from "../../limits/memory-limit-store.ts";
import { attendWorker } from "./attend-worker.ts";
import { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";
import { RemoteKeptAnswers } from "./remote-kept-answers.ts";

/** A worker of a primary that knows `keptAnswers`, with a pipe between them that carries text. */
function workerOf(keptAnswers: MemoryKeptAnswers): RemoteKeptAnswers {
  const nothing = async () => {
    throw new TypeError("not of this test");
  };
  const attendance = attendWorker((packet) => say(packet, (said) => channel.receive(said)), {
    duties: {
      ...{ usage: { add() {} }, contents: { add() {} }, onRefused() {}, log() {}, keptAnswers },
      ...{ limits: new MemoryLimitStore(), turns: { get: nothing, put: nothing, delete: nothing } },
      ...{ keeps: () => true, flush: async () => {}, refresh: async () => {} },
    },
    onListening() {},
  });
  const channel = new Channel<WorkerSays, PrimarySays>(
    (packet) => say(packet, (said) => attendance.channel.receive(said)),
    {
      notices: { written() {}, version() {}, present() {}, drain() {} },
      questions: { refresh: () => true, sync: () => true, metrics: () => "" },
    },
  );
  return new RemoteKeptAnswers(channel);
}

function say(packet: unknown, hear: (said: unknown) => void): void {
  const text = JSON.stringify(packet);
  setImmediate(() => hear(JSON.parse(text)));
}

test("what one worker saw a vendor keep, another finds, bills once and forgets for all", async () => {
  const known = new MemoryKeptAnswers();
  const [one, other] = [workerOf(known), workerOf(known)];
  const name = { orgId: "org_1", id: "resp_1" };
  const answer = { providerId: "prov_1", modelId: "model_1", keyId: "key_1", open: true };
  one.remember(name, answer);
  expect(await one.find(name)).toEqual(answer);
  expect(await other.find(name)).toEqual(answer);
  expect(await other.find({ ...name, orgId: "org_2" })).toBeUndefined();
  const closed = await Promise.all([one.close(name), other.close(name), one.close(name)]);
  expect(closed.filter(Boolean)).toHaveLength(1);
  other.forget(name);
  expect(await other.find(name)).toBeUndefined();
  expect(await one.find(name)).toBeUndefined();
});
