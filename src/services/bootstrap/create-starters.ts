import { randomBytes } from "node:crypto";
import type { Writes } from "../../storage/repositories/writes.ts";
import { recordAct } from "../audit/record-act.ts";
import { inTransaction } from "../in-transaction.ts";
import { createKey } from "../keys/create.ts";
import { createOrg } from "../orgs/create.ts";
import type { ServiceContext } from "../service-context.ts";
import { sealPending } from "./pending.ts";
import { setupTokenDigest } from "./verify-setup-token.ts";

/** The driver that needs no account, and its starter models. */
const playground = {
  name: "playground",
  driver: "playground",
  models: [
    { wireId: "playground-llm", kind: "chat" },
    { wireId: "playground-embed", kind: "embedding" },
  ],
} as const;

/** Org, playground and keys of a new instance, in one transaction; nothing on one that has had its first start. */
export async function createStarters(ctx: ServiceContext): Promise<void> {
  await inTransaction(ctx, async (joined) => {
    await joined.storage.change(async (writes) => {
      const done = await writes.instance.get("bootstrapped_at");
      if (done === undefined) await create(joined, writes);
    });
  });
}

async function create(ctx: ServiceContext, writes: Writes): Promise<void> {
  const org = await createOrg(ctx, { name: "default" });
  await addPlayground(ctx, writes, org.id);
  const gateway = await createKey(ctx, { orgId: org.id, name: "first gateway key" });
  const admin = await createKey(ctx, {
    orgId: org.id,
    name: "first admin key",
    scopes: ["admin", "operator"],
  });
  const token = await createKey(ctx, { orgId: org.id, name: "first gateway URL", carrier: "url" });
  const setupToken = randomBytes(32).toString("base64url");
  await writes.instance.set("setup_token_digest", setupTokenDigest(ctx, setupToken));
  const secrets = {
    gatewayKey: gateway.value.reveal(),
    gatewayToken: token.value.reveal(),
    adminKey: admin.value.reveal(),
    setupToken,
  };
  await writes.instance.set("bootstrap_pending", sealPending(ctx, secrets));
  await writes.instance.set("bootstrapped_at", String(ctx.now()));
}

async function addPlayground(ctx: ServiceContext, writes: Writes, orgId: string): Promise<void> {
  const at = ctx.now();
  const provider = {
    id: ctx.newId("prov"),
    orgId,
    name: playground.name,
    driver: playground.driver,
    baseUrl: "",
    options: {},
    enabled: true,
    // After every account of the org: it must never win a model id that a vendor serves.
    priority: 1_000,
    health: {
      status: "available" as const,
      reason: undefined,
      message: undefined,
      checkedAt: at,
      latencyMs: undefined,
      lastError: undefined,
      lastErrorAt: undefined,
      statusSince: at,
      failures: 0,
    },
    schedule: {
      nextProbeAt: undefined,
      nextDiscoveryAt: undefined,
      discoveredAt: undefined,
      reviewedAt: undefined,
    },
    timeouts: {},
    origin: "api" as const,
    createdAt: at,
    updatedAt: at,
  };
  await writes.providers.insert(provider);
  await recordAct(ctx, writes, {
    orgId,
    action: "provider.create",
    target: { kind: "provider", id: provider.id, name: provider.name },
    after: {
      name: provider.name,
      driver: provider.driver,
      models: playground.models.map(({ wireId }) => wireId),
    },
  });
  for (const { wireId, kind } of playground.models) {
    await writes.models.put(orgId, {
      id: ctx.newId("model"),
      providerId: provider.id,
      wireId,
      kind,
      displayName: undefined,
      enabled: true,
      source: "manual",
      traits: {},
      contextTokens: undefined,
      lastSeenAt: undefined,
      stale: false,
      origin: "api",
      createdAt: at,
      updatedAt: at,
    });
  }
}
