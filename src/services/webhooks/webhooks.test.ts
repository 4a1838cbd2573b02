import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { createWebhookJobs } from "../jobs/webhook-jobs.ts";
import type { ServiceContext } from "../service-context.ts";
import { updateSettings } from "../settings/update.ts";
import { createWebhook } from "./create.ts";
import { getWebhook } from "./get.ts";
import { listWebhooks } from "./list.ts";
import { listDeliveries } from "./list-deliveries.ts";
import { recordEvent } from "./record-event.ts";
import { removeWebhook } from "./remove.ts";
import { rotateWebhookSecret } from "./rotate-secret.ts";
import { sendTestMessage } from "./send-test.ts";
import { updateWebhook } from "./update.ts";

interface Message {
  readonly headers: Headers;
  readonly body: string;
}

/** What a receiver does, by the words of the specification and none of our code. */
function verifies(message: Message, secret: string): boolean {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${message.headers.get("webhook-id")}.${message.headers.get("webhook-timestamp")}.${message.body}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return message.headers.get("webhook-signature")?.split(" ").includes(expected) === true;
}

for (const engine of engines) {
  describe(`webhooks on ${engine}`, () => {
    let world: ServiceWorld;
    let ctx: ServiceContext;
    let messages: Message[];
    let answer: () => Response;
    beforeEach(async () => {
      world = await createWorld(engine);
      messages = [];
      answer = () => new Response("thanks");
      ctx = {
        ...world.admin,
        async driverFetch(_url, { headers, body = "" }) {
          messages.push({ headers: new Headers(headers), body });
          return answer();
        },
      };
    }, 60_000);
    afterEach(() => world.close());

    const url = "https://ops.example/hook";
    const make = (name = "ops") => createWebhook(ctx, { orgId: world.orgId, name, url });
    const ref = (webhookId: string) => ({ orgId: world.orgId, webhookId });
    const deliveries = async (id: string) => (await listDeliveries(ctx, ref(id))).data;
    const happen = (occasion: string) =>
      world.storage.change((writes) =>
        recordEvent(ctx, writes, {
          ...{ orgId: world.orgId, type: "budget.threshold_reached", occasion, data: { occasion } },
        }),
      );
    async function pass(): Promise<void> {
      const jobs = createWebhookJobs(ctx);
      await jobs.pass();
      await jobs.idle();
    }

    test("a secret is shown once, and signs what is sent so that a receiver can tell", async () => {
      const { webhook, secret } = await make();
      expect(secret.reveal()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(JSON.stringify(await getWebhook(ctx, ref(webhook.id)))).not.toContain(secret.reveal());
      await happen("one");
      await pass();
      const [message] = messages;
      expect(message && verifies(message, secret.reveal())).toBe(true);
      expect(message && verifies({ ...message, body: `${message.body} ` }, secret.reveal())).toBe(false);
      expect(JSON.parse(message?.body ?? "")).toMatchObject({
        type: "budget.threshold_reached",
        data: { occasion: "one" },
      });
      expect(await deliveries(webhook.id)).toMatchObject([
        { status: "delivered", attempts: 1, lastStatus: 200, eventId: message?.headers.get("webhook-id") },
      ]);
    });

    test("what happened once is told once, whoever notices it, and by one of many replicas", async () => {
      await make();
      await Promise.all(Array.from({ length: 5 }, () => happen("the same")));
      await Promise.all(Array.from({ length: 4 }, pass));
      expect(messages.length).toBe(1);
    });

    test("every webhook that is enabled is told, with the same id", async () => {
      await make("a");
      await make("b");
      const { webhook } = await make("c");
      await updateWebhook(ctx, { ...ref(webhook.id), enabled: false });
      await happen("one");
      await pass();
      expect(messages.length).toBe(2);
      expect(new Set(messages.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
    });

    test("during a rotation both secrets sign, after it the new one alone", async () => {
      const { webhook, secret } = await make();
      const rotated = await rotateWebhookSecret(ctx, { ...ref(webhook.id), graceSeconds: 60 });
      expect(rotated.webhook.previousSecretExpiresAt).toBeGreaterThan(world.clock.now + 59_000);
      await happen("one");
      await pass();
      world.clock.now += 61_000;
      await happen("two");
      await pass();
      const [first, second] = messages;
      const by = (message: Message | undefined, value: typeof secret) =>
        message !== undefined && verifies(message, value.reveal());
      expect([by(first, secret), by(first, rotated.secret)]).toEqual([true, true]);
      expect([by(second, secret), by(second, rotated.secret)]).toEqual([false, true]);
      const again = await rotateWebhookSecret(ctx, { ...ref(webhook.id), graceSeconds: 0 });
      expect(again.webhook.previousSecretExpiresAt).toBeUndefined();
      await happen("three");
      await pass();
      expect([by(messages[2], rotated.secret), by(messages[2], again.secret)]).toEqual([false, true]);
    });

    test("a receiver that fails is asked again for about a day, and then given up; its words are nowhere", async () => {
      answer = () => new Response("the receiver's secret words", { status: 500 });
      const { webhook } = await make();
      await happen("one");
      const began = world.clock.now;
      let last = began;
      for (let attempt = 1; attempt <= 11; attempt++) {
        await pass();
        expect(messages.length).toBe(attempt);
        const [delivery] = await deliveries(webhook.id);
        await pass();
        expect(messages.length).toBe(attempt);
        last = world.clock.now;
        world.clock.now = Math.max(world.clock.now, delivery?.nextAt ?? 0);
      }
      const [delivery] = await deliveries(webhook.id);
      expect(delivery).toMatchObject({
        ...{ status: "failed", attempts: 11, nextAt: undefined, lastStatus: 500 },
        lastError: "It answered with the status 500.",
      });
      expect(last - began).toBeGreaterThan(23 * 3_600_000);
      expect(last - began).toBeLessThan(25 * 3_600_000);
      expect(JSON.stringify([delivery, world.logged])).not.toContain("secret words");
      expect(new Set(messages.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
    });

    test("a receiver that comes back is told then", async () => {
      answer = () => {
        throw new TypeError("connection refused by 10.1.2.3");
      };
      const { webhook } = await make();
      await happen("one");
      await pass();
      expect(await deliveries(webhook.id)).toMatchObject([
        { status: "pending", lastStatus: undefined, lastError: "The connection failed." },
      ]);
      answer = () => new Response(null, { status: 204 });
      world.clock.now += 6_000;
      await pass();
      expect(await deliveries(webhook.id)).toMatchObject([
        { status: "delivered", attempts: 2, lastStatus: 204, lastError: undefined },
      ]);
    });

    test("a redirect is not followed, and a host that the org's admins do not allow is not asked", async () => {
      answer = () => new Response(null, { status: 302, headers: { location: "https://else.example" } });
      const { webhook } = await make();
      await happen("one");
      await pass();
      expect((await deliveries(webhook.id))[0]?.lastError).toContain("redirect");
      await updateSettings(ctx, { orgId: world.orgId, allowedHosts: ["vendor.example"] });
      world.clock.now += 6_000;
      await pass();
      expect(messages.length).toBe(1);
      expect((await deliveries(webhook.id))[0]?.lastError).toContain("does not allow the host `ops.example`");
      await expect(make("other")).rejects.toMatchObject({ code: "unprocessable" });
    });

    test("a test message is sent once and says how it went", async () => {
      const { webhook, secret } = await make();
      expect(await sendTestMessage(ctx, ref(webhook.id))).toMatchObject({
        ...{ type: "webhook.test", status: "delivered", lastStatus: 200 },
      });
      expect(messages[0] && verifies(messages[0], secret.reveal())).toBe(true);
      answer = () => new Response(null, { status: 404 });
      expect(await sendTestMessage(ctx, ref(webhook.id))).toMatchObject({
        ...{ status: "failed", attempts: 1, lastError: "It answered with the status 404." },
      });
      world.clock.now += 100_000_000;
      await pass();
      expect(messages.length).toBe(2);
    });

    test("names are unique without case, URLs are web addresses without a password, and what is removed is gone", async () => {
      const { webhook } = await make();
      await expect(make("OPS")).rejects.toMatchObject({ code: "conflict" });
      for (const bad of ["ftp://a.example", "https://u:p@a.example", "nothing", "https://a.example/#x"])
        await expect(createWebhook(ctx, { orgId: world.orgId, name: "x", url: bad })).rejects.toMatchObject({
          code: "unprocessable",
        });
      expect((await listWebhooks(ctx, { orgId: world.orgId })).data.map(({ name }) => name)).toEqual(["ops"]);
      await happen("one");
      await removeWebhook(ctx, ref(webhook.id));
      await pass();
      expect(messages.length).toBe(0);
      await expect(getWebhook(ctx, ref(webhook.id))).rejects.toMatchObject({ code: "not_found" });
    });
  });
}
