import { expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Channel } from "./channel.ts";

interface One {
  readonly notices: { readonly hello: string };
  readonly questions: {
    double(ask: number): number;
    later(ask: number): number;
    fail(ask: Record<string, never>): number;
    never(ask: Record<string, never>): number;
  };
}
interface Other {
  readonly notices: Record<never, never>;
  readonly questions: Record<never, never>;
}

/** Two ends, with a pipe between them that carries text as a real one does. */
function connect() {
  const heard: string[] = [];
  const packets: number[] = [];
  const one = new Channel<One, Other>(
    (packet) => {
      packets.push(packet.length);
      const text = JSON.stringify(packet);
      setImmediate(() => other.receive(JSON.parse(text)));
    },
    { notices: {}, questions: {} },
  );
  const other = new Channel<Other, One>(
    (packet) => {
      const text = JSON.stringify(packet);
      setImmediate(() => one.receive(JSON.parse(text)));
    },
    {
      notices: { hello: (text) => heard.push(text) },
      questions: {
        double: (n) => {
          heard.push(`double ${n}`);
          return n * 2;
        },
        later: async (n) => {
          await Bun.sleep(5);
          return n + 1;
        },
        fail: () => {
          throw new PenstockError("storage_unavailable");
        },
        never: () => new Promise(() => {}),
      },
    },
  );
  return { one, other, heard, packets };
}

test("questions get their own answers, whichever comes first", async () => {
  const { one } = connect();
  const answers = await Promise.all([
    one.ask("later", 1, 1_000),
    one.ask("double", 4, 1_000),
    one.ask("later", 7, 1_000),
  ]);
  expect(answers).toEqual([2, 8, 8]);
});

test("what is said in one turn travels as one packet, in its order", async () => {
  const { one, heard, packets } = connect();
  one.tell("hello", "a");
  const answer = one.ask("double", 2, 1_000);
  one.tell("hello", "b");
  await answer;
  expect(packets).toEqual([3]);
  expect(heard).toEqual(["a", "double 2", "b"]);
});

test("nobody waits for ever: for an answer that fails, never comes, or has nowhere to come from", async () => {
  const { one } = connect();
  const failing = async (answer: Promise<number>) =>
    answer.then(
      () => "answered",
      (error: PenstockError) => error.code,
    );
  expect(await failing(one.ask("fail", {}, 1_000))).toBe("internal");
  expect(await failing(one.ask("never", {}, 20))).toBe("internal");
  const cut = failing(one.ask("never", {}, 10_000));
  one.close();
  expect(await cut).toBe("internal");
  expect(await failing(one.ask("double", 1, 1_000))).toBe("internal");
  one.tell("hello", "into the void");
});
