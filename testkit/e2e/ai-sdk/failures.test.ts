import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { APICallError, generateText, streamText } from "ai";
import * as anthropic from "../../mocks/anthropic/faults.ts";
import { exception } from "../../mocks/bedrock/error.ts";
import * as gemini from "../../mocks/gemini/faults.ts";
import * as chat from "../../mocks/openai-chat/faults.ts";
import type { ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import { type AiWorld, startAiWorld, type Wire } from "./ai-world.ts";
import { packages, pairs } from "./packages.ts";
import { drain } from "./streamed.ts";

// What went wrong, as the SDK's own error class tells it: status, message, whether to try again. Each package reads the
// message out of its own dialect, so an error in another one would show here without it.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

/** The error a call ends with; throws when it does not fail, or fails in another way. */
async function failureOf(call: PromiseLike<unknown>): Promise<APICallError> {
  const failure = await Promise.resolve(call).then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (APICallError.isInstance(failure)) return failure;
  throw failure;
}

describe.each(packages.map((provider) => ({ name: provider.name, package: provider })))(
  "$name",
  ({ package: { model: by } }) => {
    const ask = (model: string, gatewayKey = world.penstock.gatewayKey) => ({
      model: by(model, { url: world.penstock.url, gatewayKey }),
      prompt: "Hello",
      maxRetries: 0,
      onError: () => {},
    });

    test("a wrong key is 401, an unknown model 404, each told in words", async () => {
      const calls = (model: string, key?: string) => [
        () => generateText(ask(model, key)),
        () => drain(streamText(ask(model, key))),
      ];
      for (const call of calls("gpt-4o-mini", "psk_wrong")) {
        const failure = await failureOf(call());
        expect(failure.statusCode).toBe(401);
        expect(failure.message).toStartWith("The API key is not valid");
        expect(failure.isRetryable).toBe(false);
      }
      for (const call of calls("gpt-9")) {
        const failure = await failureOf(call());
        expect(failure.statusCode).toBe(404);
        expect(failure.message).toStartWith("The model `gpt-9` does not exist");
      }
    });
  },
);

const limited: Readonly<Record<Exclude<Wire, "in-process">, () => ScriptedReply>> = {
  responses: () => chat.faultReply(chat.openAiChatFaults.rateLimited),
  chat: () => chat.faultReply(chat.openAiChatFaults.rateLimited),
  messages: () => anthropic.faultReply(anthropic.anthropicFaults.rateLimited),
  gemini: () => gemini.faultReply(gemini.geminiFaults.rateLimited),
  bedrock: () => exception("ThrottlingException", "Too many requests, please wait."),
  ollama: () => ({ status: 429, json: { error: "too many requests" } }),
};

describe.each(pairs.filter(({ wire }) => wire !== "in-process"))(
  "$title",
  ({ package: { model: by }, model, wire }) => {
    if (wire === "in-process") return;
    const ask = () => ({
      model: by(model, world.penstock),
      prompt: "Hello",
      maxRetries: 0,
      onError: () => {},
    });

    test("a limit of the vendor is 429, to be tried again", async () => {
      for (const call of [() => generateText(ask()), () => drain(streamText(ask()))]) {
        world.vendor(wire).reply(limited[wire]());
        const failure = await failureOf(call());
        expect(failure.statusCode).toBe(429);
        expect(failure.message).toStartWith(`The provider \`on-${wire}\` limits the rate of requests.`);
        expect(failure.isRetryable).toBe(true);
      }
    });

    test("a request that cannot be right is 400, and says what is wrong", async () => {
      // The packages do not send sampling to models they know to reason.
      const sampled = by(wire === "responses" ? "gpt-4o-mini" : model, world.penstock);
      const failure = await failureOf(generateText({ ...ask(), model: sampled, topP: 5 }));
      expect(failure.statusCode).toBe(400);
      expect(failure.message).toMatch(/top_?p/i);
      expect(failure.isRetryable).toBe(false);
    });

    test("who leaves a stream takes the vendor's call along, within 100 ms", async () => {
      const vendor = world.vendor(wire);
      vendor.reply({ body: "", pace: { silentAfter: 0 }, headers: { "content-type": "text/event-stream" } });
      const arrived = vendor.nextRequest();
      const client = new AbortController();
      const reading = drain(streamText({ ...ask(), abortSignal: client.signal })).catch(
        (error: unknown) => error,
      );
      const request = await arrived;
      await Bun.sleep(10);
      const left = performance.now();
      client.abort();
      expect((await request.aborted) - left).toBeLessThan(100);
      await reading;
    });
  },
);
