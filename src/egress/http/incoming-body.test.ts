import { describe, expect, test } from "bun:test";
import { IncomingBody } from "./incoming-body.ts";

function incoming() {
  const told: string[] = [];
  const body = new IncomingBody({
    pause: () => told.push("pause"),
    resume: () => told.push("resume"),
    widen: () => told.push("widen"),
    abandon: () => told.push("abandon"),
  });
  return { body, told };
}

const kilobytes = (count: number) => new Uint8Array(count * 1024);

describe("a body taken as a whole", () => {
  test("is read ahead as any other while it is small", async () => {
    const { body, told } = incoming();
    const whole = body.bytes();
    for (let i = 0; i < 4; i++) body.push(kilobytes(4));
    body.end();
    expect((await whole).length).toBe(16 * 1024);
    expect(told).toEqual([]);
  });

  test("is read without bounds once it turns out large", async () => {
    const { body, told } = incoming();
    const whole = body.bytes();
    body.push(kilobytes(16));
    expect(told).toEqual([]);
    body.push(kilobytes(1));
    expect(told).toEqual(["widen"]);
    body.end();
    expect((await whole).length).toBe(17 * 1024);
  });

  test("that was large before anybody asked is let go on, and read without bounds", async () => {
    const { body, told } = incoming();
    body.push(kilobytes(17));
    const whole = body.bytes();
    expect(told).toEqual(["pause", "resume", "widen"]);
    body.push(kilobytes(1));
    body.end();
    expect((await whole).length).toBe(18 * 1024);
  });

  test("fails with what it was cut by, and what had come is gone", async () => {
    const { body } = incoming();
    const whole = body.bytes();
    body.push(kilobytes(1));
    body.fail(new Error("cut"));
    await expect(whole).rejects.toThrow("cut");
    await expect(body.bytes()).rejects.toThrow("cut");
  });
});

describe("a body read piece by piece", () => {
  test("gives each piece to the read that waits, then its end, again and again", async () => {
    const { body } = incoming();
    for (let i = 1; i <= 3; i++) {
      const read = body.read();
      body.push(Uint8Array.of(i));
      expect(await read).toEqual({ done: false, value: Uint8Array.of(i) });
    }
    const last = body.read();
    body.end();
    expect(await last).toEqual({ done: true });
    expect(await body.read()).toEqual({ done: true });
  });

  test("gives what came before it was cut, then fails", async () => {
    const { body } = incoming();
    body.push(Uint8Array.of(1));
    body.push(Uint8Array.of(2));
    body.fail(new Error("cut"));
    expect(await body.read()).toEqual({ done: false, value: Buffer.of(1, 2) });
    await expect(body.read()).rejects.toThrow("cut");
  });

  test("fails the read that waits when it is cut", async () => {
    const { body } = incoming();
    const read = body.read();
    body.fail(new Error("cut"));
    await expect(read).rejects.toThrow("cut");
  });
});
