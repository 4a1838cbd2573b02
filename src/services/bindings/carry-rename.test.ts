import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { listAudit } from "../audit/list.ts";
import { createKey } from "../keys/create.ts";
import { getKey } from "../keys/get.ts";
import { createProvider } from "../providers/create.ts";
import type { ProviderView } from "../providers/provider-view.ts";
import { updateProvider } from "../providers/update.ts";
import { getSettings } from "../settings/get.ts";
import { updateSettings } from "../settings/update.ts";

for (const engine of engines) {
  describe(`renaming a provider on ${engine}`, () => {
    let world: ServiceWorld;
    let provider: ProviderView;
    const org = () => ({ orgId: world.orgId });

    const served = (name: string, models: readonly string[]) =>
      createProvider(world.admin, {
        ...org(),
        name,
        driver: "fake",
        credentials: { api_key: "sk-one" },
        discover: false,
        models,
      });
    const rename = (name: string) => updateProvider(world.admin, { ...org(), providerId: provider.id, name });

    beforeEach(async () => {
      world = await createWorld(engine);
      provider = await served("OpenAI", ["gpt-5", "text-embedding-3-small"]);
    }, 60_000);
    afterEach(() => world.close());

    test("keys and defaults that name its models go along, each with an act in the audit log", async () => {
      const { key } = await createKey(world.admin, {
        ...org(),
        name: "ci",
        allowedModels: ["openai/gpt-5", "gpt-5", "OpenAI/not-yet", "other/gpt-5"],
      });
      await updateSettings(world.admin, {
        ...org(),
        defaultChatModel: "openai/gpt-5",
        defaultEmbeddingModel: "OpenAI/text-embedding-3-small",
      });
      await rename("Main");
      expect((await getKey(world.admin, { ...org(), keyId: key.id })).allowedModels).toEqual([
        "Main/gpt-5",
        "gpt-5",
        "Main/not-yet",
        "other/gpt-5",
      ]);
      expect(await getSettings(world.admin, org())).toMatchObject({
        defaultChatModel: "Main/gpt-5",
        defaultEmbeddingModel: "Main/text-embedding-3-small",
      });
      const acts = (await listAudit(world.admin, { ...org(), limit: 4 })).data.map(({ action }) => action);
      expect(acts.toSorted()).toEqual(["key.rebind", "org.rebind", "org.rebind", "provider.update"]);
    });

    test("a name that is the whole id of another provider's model stays", async () => {
      await served("router", ["openai/gpt-4o"]);
      const { key } = await createKey(world.admin, {
        ...org(),
        name: "ci",
        allowedModels: ["openai/gpt-4o", "openai/gpt-5"],
      });
      await rename("Main");
      expect((await getKey(world.admin, { ...org(), keyId: key.id })).allowedModels).toEqual([
        "openai/gpt-4o",
        "Main/gpt-5",
      ]);
    });

    test("a key that a file manages keeps the provider from being renamed by hand, and nothing changes", async () => {
      await createKey(world.file("penstock.yaml"), {
        ...org(),
        name: "ci",
        allowedModels: ["openai/gpt-5"],
      });
      await updateSettings(world.admin, { ...org(), defaultChatModel: "openai/gpt-5" });
      await expect(rename("Main")).rejects.toMatchObject({ code: "origin_conflict" });
      expect((await getSettings(world.admin, org())).defaultChatModel).toBe("openai/gpt-5");
    });
  });
}
