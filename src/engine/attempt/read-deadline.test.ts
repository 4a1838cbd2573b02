import { expect, test } from "bun:test";
import { chatAnswer, chatFailure, EngineLab } from "../../../testkit/engine-lab.ts";

test.each(["0", "-1", "1.5", "soon", "", "86400001"])(
  "%p is no deadline, and the request is refused for it",
  async (text) => {
    using lab = new EngineLab({ providers: [{ name: "a" }], vendors: { a: () => chatAnswer("ok") } });
    const { error } = await lab.ask({ headers: { "x-penstock-timeout-ms": text } });
    expect(error).toMatchObject({ code: "invalid_request", param: "x-penstock-timeout-ms" });
    expect(lab.records).toMatchObject([{ outcome: "failed", errorCode: "invalid_request" }]);
  },
);

test("a vendor gets no more time than the caller has, and its circuit does not suffer for a caller in a hurry", async () => {
  using lab = new EngineLab({
    providers: [{ name: "a" }],
    vendors: {
      a: ({ times }) => (times < 6 ? Bun.sleep(5_000).then(() => chatAnswer("late")) : chatAnswer("ok")),
    },
  });
  const hurried = Array.from({ length: 6 }, () => lab.ask({ headers: { "x-penstock-timeout-ms": "30" } }));
  for (const { error } of await Promise.all(hurried)) expect(error?.code).toBe("upstream_timeout");
  expect((await lab.ask()).text).toContain("ok");
});

test("a wait that would end after the caller's time is not begun", async () => {
  using lab = new EngineLab({
    providers: [{ name: "a" }],
    vendors: { a: () => chatFailure(429, { "retry-after": "2" }) },
  });
  const begun = performance.now();
  const { error } = await lab.ask({ headers: { "x-penstock-timeout-ms": "1500" } });
  expect(error?.code).toBe("upstream_rate_limited");
  expect(performance.now() - begun).toBeLessThan(1_000);
});
