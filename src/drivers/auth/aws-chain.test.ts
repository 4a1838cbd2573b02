import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { PenstockError } from "../../errors/penstock-error.ts";
import { AwsChain } from "./aws-chain.ts";
import type { AwsCredentials } from "./kept-key.ts";

/** A chain whose clock moves when told, and whose place of credentials answers what it is told. */
function world() {
  const clock = { ms: 1_000_000 };
  const asked: number[] = [];
  const place: { give: () => Promise<AwsCredentials> } = {
    give: () => Promise.reject(new TypeError("canary")),
  };
  const chain = new AwsChain(
    () => {
      asked.push(clock.ms);
      return place.give();
    },
    () => clock.ms,
  );
  /** Credentials that live for so many seconds from now; for ever when it is undefined. */
  const issue = (seconds?: number) => {
    const n = asked.length;
    place.give = async () => {
      await Bun.sleep(5);
      return {
        accessKeyId: `AKIA${n}`,
        secretAccessKey: "canary-secret",
        sessionToken: "canary-token",
        ...(seconds !== undefined && { expiration: new Date(clock.ms + seconds * 1000) }),
      };
    };
  };
  const id = async () => (await chain.key()).accessKeyId.reveal();
  return { clock, asked, place, chain, issue, id };
}

describe("the server's own AWS credentials", () => {
  test("are looked up once by many callers, and replaced five minutes before they expire", async () => {
    const { clock, asked, issue, id, chain } = world();
    issue(3600);
    const all = await Promise.all(Array.from({ length: 50 }, () => chain.key()));
    expect(new Set(all).size).toBe(1);
    clock.ms += 3_299_999;
    expect(await id()).toBe("AKIA0");
    clock.ms += 1;
    issue(3600);
    expect(new Set(await Promise.all(Array.from({ length: 50 }, id)))).toEqual(new Set(["AKIA1"]));
    expect(asked).toHaveLength(2);
  });

  test("that live for less than that are used for half their life", async () => {
    const { clock, asked, issue, id } = world();
    issue(60);
    await id();
    clock.ms += 29_999;
    await id();
    expect(asked).toHaveLength(1);
    clock.ms += 1;
    await id();
    expect(asked).toHaveLength(2);
  });

  test("without an end are looked up again within the hour", async () => {
    const { clock, asked, issue, id } = world();
    issue();
    await id();
    clock.ms += 3_300_000;
    await id();
    expect(asked).toHaveLength(2);
  });

  test("are used to their end when no others can be had, and not beyond", async () => {
    const { clock, asked, place, issue, id } = world();
    issue(600);
    await id();
    clock.ms += 300_000;
    place.give = () => Promise.reject(new TypeError("canary"));
    expect(await id()).toBe("AKIA0");
    expect(await id()).toBe("AKIA0");
    expect(asked).toHaveLength(2);
    clock.ms += 300_000;
    expect(await id().catch((error: unknown) => (error as PenstockError).code)).toBe(
      "provider_misconfigured",
    );
  });

  test("that are missing are an error of ours, and the next caller looks again", async () => {
    const { issue, chain, id } = world();
    const error: unknown = await chain.key().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PenstockError);
    expect(
      `${(error as PenstockError).message} ${JSON.stringify((error as PenstockError).fields)}`,
    ).not.toContain("canary");
    issue(3600);
    expect(await id()).toStartWith("AKIA");
    expect(inspect(chain, { depth: 9 })).not.toContain("canary");
  });

  test("that have expired already are none", async () => {
    const { issue, chain } = world();
    issue(-1);
    expect(await chain.key().catch((error: unknown) => (error as PenstockError).code)).toBe(
      "provider_misconfigured",
    );
  });
});
