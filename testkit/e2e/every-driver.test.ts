import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { drivers } from "../../src/drivers/_registry.gen.ts";
import { everyVendor, type VendorAccount } from "../mocks/every-vendor.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// What an admin sees of every vendor: a wrong key is refused before anything is saved and a right one lists its models;
// a vendor that is away is called unreachable. The table is held against the registry, so that a new driver cannot be left out.

let penstock: TestPenstock;
beforeAll(async () => {
  penstock = await startPenstock();
});
afterAll(() => penstock.stop());

test("every driver that calls a vendor has a mock to be judged by", () => {
  const calling = [...drivers.values()].filter(({ protocols }) => protocols.length > 0).map(({ id }) => id);
  expect(Object.keys(everyVendor).sort()).toEqual(calling.sort());
});

interface Check {
  readonly status: string;
  readonly reason: string | null;
  readonly models: number | null;
}

const accounts = Object.entries(everyVendor).flatMap(([driver, ways]) =>
  ways.map((account) => ({ driver, title: account.title, account })),
);

describe.each(accounts)("$driver with $title", ({ driver, title, account }) => {
  let mock: MockVendor;
  beforeAll(() => {
    mock = account.start();
  });
  afterAll(() => mock.close());

  const name = `${driver}-${title}`.replace(/\W+/g, "-").toLowerCase();
  const candidate = (credentials: VendorAccount["options"]) => ({
    driver,
    base_url: mock.url + (account.path ?? ""),
    credentials,
    options: account.options ?? {},
  });
  const right = () => candidate(account.credentials(mock));
  const wrong = () =>
    candidate({ ...account.credentials(mock), [account.field ?? "api_key"]: "canary-wrong-0123456789" });
  const check = async (body: object) => {
    const answer = await penstock.api("POST", "/providers/check", body);
    expect(answer.status).toBe(200);
    return answer.body as Check;
  };

  test("a wrong credential is rejected with a reason, and not saved", async () => {
    const checked = await check(wrong());
    expect(checked.status).toBe("rejected");
    expect(checked.reason?.length).toBeGreaterThan(10);
    const saved = await penstock.api("POST", "/providers", { name, ...wrong() });
    expect([saved.status, (saved.body as { code: string }).code]).toEqual([422, "credential_rejected"]);
    const list = await penstock.api("GET", "/providers");
    expect(JSON.stringify(list.body)).not.toContain(`"${name}"`);
    expect(JSON.stringify([checked, saved.body])).not.toContain("canary");
  });

  test("the right one is valid, is saved, and its models appear", async () => {
    expect(await check(right())).toMatchObject({ status: "valid", reason: null });
    const saved = await penstock.api("POST", "/providers", { name, ...right() });
    expect(saved.status).toBe(201);
    const { id } = saved.body as { id: string };
    const { body } = await penstock.api("GET", `/providers/${id}`);
    const shown = body as { status: string; models: { total: number } };
    expect(shown.status).toBe("available");
    expect(shown.models.total).toBeGreaterThan(0);
    const told = JSON.stringify([saved.body, body]);
    for (const secret of Object.values(account.credentials(mock))) expect(told).not.toContain(secret);
  });

  test("a vendor that is away is unreachable, and the reason says so", async () => {
    const asked = right();
    await mock.close();
    const checked = await check(asked);
    expect(checked.status).toBe("unreachable");
    expect(checked.reason).toContain("no connection");
  });
});
