import { expect, test } from "bun:test";
import fc from "fast-check";
import { EngineLab, type LabOptions, type LabVendor } from "../../../testkit/engine-lab.ts";
import { anthropicMessages } from "../../wire/anthropic-messages/protocol.ts";
import { openaiResponses } from "../../wire/openai-responses/protocol.ts";
import { StateOrigins } from "./state-origins.ts";
import { stateTokens } from "./state-tokens.ts";

type Item = Readonly<Record<string, unknown>>;

const secretOf = (name: string) => `gAAAA${name}${"x".repeat(300)}`;

/** An account that answers with reasoning only it can read, and refuses that of others. */
function account(name: string, seen: Record<string, Item[]>): LabVendor {
  return ({ body }) => {
    const input = body.input as Item[];
    seen[name] = input;
    if (
      input.some(
        ({ type, encrypted_content }) => type === "reasoning" && encrypted_content !== secretOf(name),
      )
    )
      return Response.json(
        { error: { message: "cannot decrypt", code: "invalid_encrypted_content" } },
        { status: 400 },
      );
    return Response.json({
      ...{
        id: `resp_${name}_0123456789`,
        object: "response",
        created_at: 1,
        model: "m",
        status: "completed",
      },
      output: [
        { type: "reasoning", id: `rs_${name}`, summary: [], encrypted_content: secretOf(name) },
        {
          ...{ type: "message", id: `msg_${name}`, role: "assistant", status: "completed" },
          content: [{ type: "output_text", text: `from ${name}`, annotations: [] }],
        },
      ],
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    });
  };
}

function world(more: Partial<LabOptions> = {}) {
  const seen: Record<string, Item[]> = {};
  let down: string | undefined;
  const vendor = (name: string): LabVendor => {
    const answer = account(name, seen);
    return (request) =>
      down === name ? Response.json({ error: { message: "no" } }, { status: 401 }) : answer(request);
  };
  const lab = new EngineLab({
    providers: [
      { name: "a", driver: "openai" },
      { name: "b", driver: "openai" },
    ],
    vendors: { a: vendor("a"), b: vendor("b") },
    ...more,
  });
  return { lab, seen, fail: (name: string | undefined) => (down = name) };
}

const question = { role: "user", content: "hi" };

const text = (answer: string): Item[] => JSON.parse(answer).output;

test("reasoning goes back to the account that issued it, whatever the order says", async () => {
  const { lab, seen, fail } = world();
  using _ = lab;
  fail("a");
  const surface = openaiResponses;
  const first = await lab.ask({ surface, body: { messages: undefined, input: [question] } });
  expect(first.headers.get("x-penstock-provider")).toBe("b");
  fail(undefined);
  const input = [question, ...text(first.text), question];
  const second = await lab.ask({ surface, body: { messages: undefined, input } });
  expect(second.headers.get("x-penstock-provider")).toBe("b");
  expect(second.headers.get("x-penstock-loss")).toBeNull();
  expect(seen.b).toEqual(input);
});

test("when its account is gone the reasoning is taken out and told as a loss, and the call is answered", async () => {
  const { lab, seen, fail } = world();
  using _ = lab;
  const surface = openaiResponses;
  const first = await lab.ask({ surface, body: { messages: undefined, input: [question] } });
  fail("a");
  const input = [question, ...text(first.text), question];
  const second = await lab.ask({ surface, body: { messages: undefined, input } });
  expect(second.text).toContain("from b");
  expect(second.headers.get("x-penstock-loss")).toBe("input[1];action=dropped");
  expect(seen.b?.map(({ type }) => type)).toEqual([undefined, "message", undefined]);
  expect(JSON.stringify(seen.b)).not.toContain("msg_a");
});

test("a client of another protocol carries it, too, and loses it the same way", async () => {
  const { lab, seen, fail } = world();
  using _ = lab;
  const surface = anthropicMessages;
  const messages = [{ role: "user", content: "hi" }];
  const first = await lab.ask({ surface, body: { max_tokens: 50, messages } });
  const turn = [...messages, { role: "assistant", content: JSON.parse(first.text).content }, ...messages];
  const back = await lab.ask({ surface, body: { max_tokens: 50, messages: turn } });
  expect(back.headers.get("x-penstock-provider")).toBe("a");
  expect(JSON.stringify(seen.a)).toContain(secretOf("a"));
  fail("a");
  const second = await lab.ask({ surface, body: { max_tokens: 50, messages: turn } });
  expect(second.text).toContain("from b");
  expect(second.headers.get("x-penstock-loss")).toContain("reasoning;action=dropped");
});

test("state that nobody remembers, and that its vendor refuses, is taken out and the call tried again", async () => {
  const { lab, seen } = world();
  using _ = lab;
  const surface = openaiResponses;
  const reasoning = { type: "reasoning", id: "rs_x", summary: [], encrypted_content: secretOf("gone") };
  for (const model of ["m", "a/m"]) {
    const input = [question, reasoning, question];
    const { headers, text: answer } = await lab.ask({ surface, model, body: { messages: undefined, input } });
    expect(answer).toContain("from a");
    expect(headers.get("x-penstock-loss")).toBe("input[1];action=dropped");
    expect(headers.get("x-penstock-attempts")).toBe("2");
    expect(seen.a).toEqual([question, question]);
  }
  const body = { messages: undefined, input: [question, reasoning] };
  const { error } = await lab.ask({ surface, body, strict: true });
  expect(error?.code).toBe("loss_refused");
});

test("who is strict is refused instead", async () => {
  const { lab, fail } = world();
  using _ = lab;
  const surface = openaiResponses;
  const first = await lab.ask({ surface, body: { messages: undefined, input: [question] } });
  fail("a");
  const body = { messages: undefined, input: [question, ...text(first.text)] };
  const { error } = await lab.ask({ surface, body, strict: true });
  expect(error?.code).toBe("loss_refused");
});

test("an answer that a vendor keeps is gone on from there, or not at all", async () => {
  const { lab, fail } = world();
  using _ = lab;
  const surface = openaiResponses;
  fail("a");
  await lab.ask({ surface, body: { messages: undefined, input: [question] } });
  fail(undefined);
  const body = { messages: undefined, input: [question], previous_response_id: "resp_b_0123456789" };
  expect((await lab.ask({ surface, body })).headers.get("x-penstock-provider")).toBe("b");
  fail("b");
  expect((await lab.ask({ surface, body })).error?.code).toBe("upstream_credential_rejected");
});

test("tokens are found wherever a client's printer puts spaces, and never half of one", () => {
  const value = fc.stringMatching(/^[A-Za-z0-9+/=]{16,300}$/);
  const name = fc.constantFrom(
    "encrypted_content",
    "signature",
    "thoughtSignature",
    "thought_signature",
    "data",
  );
  fc.assert(
    fc.property(name, value, fc.boolean(), (field, token, spaced) => {
      const json = `{"x":1,"${field}"${spaced ? " : " : ":"}"${token}","signature":"short"}`;
      const found = [...stateTokens(Buffer.from(json))].map((each) => each.token);
      expect(found).toEqual([token.slice(0, 128)]);
      const cut = json.slice(0, json.indexOf(token) + Math.min(token.length - 1, 100));
      expect([...stateTokens(Buffer.from(cut))]).toEqual([]);
    }),
  );
});

test("what is remembered is bounded, and one organization's state says nothing of another's", () => {
  using lab = new EngineLab({ providers: [{ name: "a" }], vendors: {} });
  const origins = new StateOrigins(3);
  const target = lab.target("a");
  for (let i = 0; i < 5; i++) origins.remember(`token ${i}`, { orgId: "org_1", target });
  expect(origins.size).toBe(3);
  expect(origins.issuerOf("org_1", "token 0")).toBeUndefined();
  expect(origins.issuerOf("org_1", "token 4")).toEqual({ providerId: "prov_a", modelId: "model_a" });
  expect(origins.issuerOf("org_2", "token 4")).toBeUndefined();
});
