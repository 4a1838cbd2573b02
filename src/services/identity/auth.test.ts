import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { betterAuth } from "better-auth";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { createHashQueue } from "./hash-queue.ts";
import { useAuth } from "./use-auth.ts";

let world: ServiceWorld;

beforeEach(async () => {
  world = await createWorld("sqlite");
});

afterEach(() => world.close());

test("our migration makes the tables that the identity library expects", async () => {
  const { options } = await useAuth(world.system);
  const check = (userModel: string) => {
    const advanced = { ...options.advanced, database: { validateSchema: true } };
    const user = { ...options.user, modelName: userModel };
    return betterAuth({ ...options, user, advanced, plugins: [] }).api.getSession({ headers: new Headers() });
  };
  expect(await check("auth_users")).toBeNull();
  await expect(check("auth_people")).rejects.toThrow();
});

test("no variable of the environment replaces the secret of sessions", async () => {
  process.env.BETTER_AUTH_SECRETS = `1:${"x".repeat(40)}`;
  process.env.BETTER_AUTH_SECRET = "y".repeat(40);
  try {
    const { secret } = await (await useAuth(world.system)).$context;
    expect(secret).toBe(world.system.vault.digestKey("identity\0sessions"));
  } finally {
    delete process.env.BETTER_AUTH_SECRETS;
    delete process.env.BETTER_AUTH_SECRET;
  }
});

test("the API is there without the identity library being loaded", async () => {
  const script = `
    const loaded = (name) => Object.keys(require.cache).some((path) => path.includes("/node_modules/" + name + "/"));
    await import("./src/api/create-api.ts");
    console.log(loaded("hono"), loaded("better-auth"));
    await import("./src/services/identity/auth.ts");
    console.log(loaded("better-auth"));`;
  const root = join(import.meta.dir, "../../..");
  const child = Bun.spawnSync([process.execPath, "-e", script], { cwd: root });
  expect(child.stderr.toString() + child.stdout.toString()).toBe("true false\ntrue\n");
});

test("passwords are hashed beside the event loop, which goes on meanwhile", async () => {
  const { password } = await (await useAuth(world.system)).$context;
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const hashes = await Promise.all(Array.from({ length: 4 }, () => password.hash("correct horse battery")));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  expect(new Set(hashes).size).toBe(4);
  expect(await password.verify({ hash: hashes[0] ?? "", password: "correct horse battery" })).toBe(true);
});

test("of hashes only so many run at once, and who would wait too long is told so", async () => {
  const queue = createHashQueue({ running: 2, waiting: 3 });
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await Bun.sleep(5);
    running--;
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => queue(work)));
  expect(outcomes.map(({ status }) => status)).toEqual([...new Array(5).fill("fulfilled"), "rejected"]);
  expect(outcomes[5]).toMatchObject({ reason: { code: "sign_in_throttled" } });
  expect(most).toBe(2);
  await Promise.all([queue(work), queue(work)]);
});
