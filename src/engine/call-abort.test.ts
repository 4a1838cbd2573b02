import { expect, test } from "bun:test";
import { PenstockError } from "../errors/penstock-error.ts";
import { CallAbort } from "./call-abort.ts";

const late = () => new PenstockError("upstream_timeout", { fields: { provider: "p", seconds: 1 } });

test("all who listen are told once, whoever ends the call first, and the first reason stays", () => {
  const client = new AbortController();
  const abort = new CallAbort(client.signal, "acme");
  const told: string[] = [];
  const object = {
    handleEvent() {
      told.push("object");
      // As an exchange does when it is over.
      abort.removeEventListener("abort", object);
    },
  };
  abort.addEventListener("abort", object);
  abort.addEventListener("abort", () => told.push("function"));
  expect(abort.aborted).toBe(false);
  const error = late();
  abort.end(error);
  client.abort();
  abort.client();
  expect(told).toEqual(["object", "function"]);
  expect(abort.ended).toBe(error);
  expect(abort.reason).toBe(error);
});

test("a client that leaves ends the call; one that left before has ended it already", () => {
  const client = new AbortController();
  const abort = new CallAbort(client.signal, "acme");
  let told = 0;
  abort.addEventListener("abort", () => told++);
  client.abort();
  expect(told).toBe(1);
  expect(abort.ended).toBe("client");
  expect(abort.reason).toMatchObject({ name: "AbortError" });
  expect(new CallAbort(client.signal, "acme").aborted).toBe(true);
});

test("who no longer listens is told nothing, and a call that is released no longer knows its client", () => {
  const client = new AbortController();
  const abort = new CallAbort(client.signal, "acme");
  let told = 0;
  const listener = () => told++;
  abort.addEventListener("abort", listener);
  abort.removeEventListener("abort", listener);
  abort.release();
  client.abort();
  expect(abort.aborted).toBe(false);
  abort.end(late());
  expect(told).toBe(0);
});
