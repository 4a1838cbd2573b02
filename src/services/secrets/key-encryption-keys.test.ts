import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type KmsMock, startKmsMock } from "../../../testkit/mocks/kms-server.ts";
import { startVaultMock, type VaultMock } from "../../../testkit/mocks/vault-server.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { type KekSettings, localKek, parseKek } from "../../secrets/kek-settings.ts";
import { openVault } from "../bootstrap/open-vault.ts";
import { createProvider } from "../providers/create.ts";
import type { ServiceContext } from "../service-context.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { rotateSecrets } from "./rotate.ts";
import { secretsStatus } from "./status.ts";

const masterKey = `old:${randomBytes(32).toString("base64")}`;
const variables = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_KMS"];
const before = new Map(variables.map((name) => [name, process.env[name]]));

let kms: KmsMock;
let vault: VaultMock;
beforeAll(() => {
  kms = startKmsMock();
  vault = startVaultMock({ keys: ["penstock", "second"], namespace: "team" });
  process.env.AWS_ACCESS_KEY_ID = kms.account.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = kms.account.secretAccessKey;
  delete process.env.AWS_SESSION_TOKEN;
  process.env.AWS_ENDPOINT_URL_KMS = kms.url;
});
afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await kms.close();
  await vault.close();
});

for (const engine of engines) {
  describe(`key-encryption keys on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine, { masterKey });
      await add("a");
    }, 60_000);
    afterEach(() => world.close());

    const add = (name: string, ctx: ServiceContext = world.admin) =>
      createProvider(
        { ...ctx, actor: world.admin.actor },
        {
          orgId: world.orgId,
          name,
          driver: "fake",
          credentials: { api_key: `sk-${name}` },
        },
      );
    const settings = (kek: string, token: string | undefined = vault.token): KekSettings => ({
      names: parseKek(kek),
      vault: { address: vault.url, token, tokenFile: undefined, namespace: "team" },
    });
    /** A start with these settings; the local ring is given only when it is named. */
    const start = async (kek: KekSettings): Promise<ServiceContext> => ({
      ...world.system,
      vault: await openVault(world.storage, {
        masterKey: kek.names.some(({ kind }) => kind === "local") ? masterKey : undefined,
        dataDir: world.place.dataDir,
        kek,
      }),
    });
    const served = async (ctx: ServiceContext) =>
      (await buildSnapshot(ctx)).orgs[0]?.providers.map((each) => each.credential?.api_key?.reveal());

    const services: readonly (readonly [string, () => string])[] = [
      ["AWS KMS", () => `aws-kms:${kms.createKey()}`],
      ["Vault", () => "vault:transit/penstock"],
    ];
    test.each(services)(
      "secrets move from the local key to %s and back, and neither needs the other after",
      async (_, name) => {
        const remote = name();
        await rotateSecrets(await start(settings(`${remote},local`)), { dryRun: false });
        const alone = await start(settings(remote));
        expect(await served(alone)).toEqual(["sk-a"]);
        await add("b", alone);
        const status = await secretsStatus(alone);
        expect(status).toMatchObject({
          wrappers: [remote],
          values: { total: 3, current: 3, unreadable: [] },
        });
        expect(new Set(status.masterKeys.map(({ wrapper }) => wrapper))).toEqual(new Set([remote]));
        await expect(start(localKek)).rejects.toMatchObject({ code: "kek_unavailable" });

        await rotateSecrets(await start(settings(`local,${remote}`)), { dryRun: false });
        expect(await served(await start({ ...localKek }))).toEqual(["sk-a", "sk-b"]);
      },
    );

    test("a first start with KMS alone keeps no key on the disk", async () => {
      const fresh = await createWorld(engine, { kek: settings(`aws-kms:${kms.createKey()}`) });
      expect(await Bun.file(join(fresh.place.dataDir, "master.key")).exists()).toBe(false);
      expect((await secretsStatus(fresh.system)).values.unreadable).toEqual([]);
      await fresh.close();
    });

    test("a new version of a key of Vault is taken up by the next rotation, and the old one may be retired", async () => {
      await rotateSecrets(await start(settings("vault:transit/second,local")), { dryRun: false });
      const ctx = await start(settings("vault:transit/second"));
      expect(await rotateSecrets(ctx, { dryRun: true })).toMatchObject({ masterKeys: { made: false } });
      vault.rotateKey("second");
      const rotated = await rotateSecrets(ctx, { dryRun: false });
      expect(rotated).toMatchObject({ masterKeys: { made: true }, rewrapped: 2 });
      vault.retireVersions("second");
      expect(await served(await start(settings("vault:transit/second")))).toEqual(["sk-a"]);
    });

    test("KMS's own rotation needs nothing; another key of KMS takes over by a rotation", async () => {
      const [one, two] = [kms.createKey(), kms.createKey()];
      await rotateSecrets(await start(settings(`aws-kms:${one},local`)), { dryRun: false });
      kms.rotateKey(one);
      expect(await served(await start(settings(`aws-kms:${one}`)))).toEqual(["sk-a"]);
      const both = await start(settings(`aws-kms:${two},aws-kms:${one}`));
      expect(await rotateSecrets(both, { dryRun: false })).toMatchObject({ masterKeys: { made: true } });
      kms.disableKey(one);
      expect(await served(await start(settings(`aws-kms:${two}`)))).toEqual(["sk-a"]);
    });

    test("a start fails closed and says why, without the service's own words", async () => {
      const arn = kms.createKey();
      await rotateSecrets(await start(settings(`aws-kms:${arn},local`)), { dryRun: false });
      kms.disableKey(arn);
      const disabled = start(settings(`aws-kms:${arn}`));
      await expect(disabled).rejects.toMatchObject({ code: "kek_unavailable" });
      await expect(disabled).rejects.toThrow(/AWS KMS refused it \(400 DisabledException\)/);
    });

    test("Vault that is gone, sealed for a moment, or given a wrong token", async () => {
      await rotateSecrets(await start(settings("vault:transit/penstock,local")), { dryRun: false });
      const wrong = start(settings("vault:transit/penstock", "hvs.wrong-token"));
      await expect(wrong).rejects.toThrow(/Vault refused it \(403\)/);
      expect(String(await wrong.catch((error: unknown) => error))).not.toContain("wrong-token");
      vault.reply({ status: 503, json: { errors: ["Vault is sealed"] }, unchecked: true });
      expect(await served(await start(settings("vault:transit/penstock")))).toEqual(["sk-a"]);
      const { vault: there, names } = settings("vault:transit/penstock");
      await expect(start({ names, vault: { ...there, address: "http://127.0.0.1:1" } })).rejects.toThrow(
        /Vault cannot be reached/,
      );
    });

    test("a token that an agent keeps in a file is read anew", async () => {
      const tokenFile = join(world.place.dataDir, "vault-token");
      const kek = settings("vault:transit/penstock,local");
      const byFile = { ...kek, vault: { ...kek.vault, token: undefined, tokenFile } };
      writeFileSync(tokenFile, "stale\n");
      await expect(rotateSecrets(await start(byFile), { dryRun: false })).rejects.toMatchObject({
        code: "kek_unavailable",
      });
      const ctx = await start(byFile);
      writeFileSync(tokenFile, `${vault.token}\n`);
      expect(await rotateSecrets(ctx, { dryRun: false })).toMatchObject({ masterKeys: { made: true } });
    });

    test("a wrapped key that somebody moved to another id does not open", async () => {
      await rotateSecrets(await start(settings(`aws-kms:${kms.createKey()},local`)), { dryRun: false });
      const [newest, older] = await world.storage.reads.masterKeys.all();
      await world.place.sql(
        `update master_keys set wrapped = '${older?.wrapped}' where id = '${newest?.id}'`,
      );
      await expect(start(settings(`${newest?.wrapper}`))).rejects.toThrow(/InvalidCiphertextException/);
    });
  });
}

test.each([
  ["kms:x", /holds `kms:x`/],
  ["aws-kms:not-an-arn", /neither `local`/],
  ["vault:transit", /neither/],
  ["local,local", /names a key twice/],
])("PENSTOCK_KEK=%s is refused, saying what is wrong", (text, message) => {
  expect(() => parseKek(text)).toThrow(message);
});
