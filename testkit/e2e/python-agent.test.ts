import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { startWorld, type World } from "./world.ts";

// The agent of the page this project began with: plain Python, which sends no key and knows only its gateway URL.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const agent = join(import.meta.dir, "..", "fixtures", "seed-agent.py");

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program with `LLM_GATEWAY_URL` defined before it; nothing else in it is changed by this function. */
async function runAgent(program: string): Promise<Ran> {
  const python = Bun.which("python3");
  if (python === null)
    throw new Error("this test runs an agent written in Python, and there is no python3 on the PATH");
  const child = Bun.spawn([python, "-I", "-"], {
    stdin: new Blob([`LLM_GATEWAY_URL = ${JSON.stringify(world.penstock.gatewayUrl)}\n`, program]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

const ran = (saying: string) => ({ exitCode: 0, stderr: "", stdout: expect.stringContaining(saying) });

test("unchanged, on an OpenAI-compatible vendor", async () => {
  expect(await runAgent(await Bun.file(agent).text())).toEqual(ran("What is RunAgents?"));
  expect(world.chat.lastRequest().body).toMatchObject({
    model: "gpt-4o-mini",
    messages: [
      { role: "system", content: "You are a helpful assistant." },
      { role: "user", content: "What is RunAgents?" },
    ],
  });
}, 20_000);

test.each(["claude-sonnet-4-5", "playground-llm"])(
  "with another model's name in it: %s",
  async (model) => {
    const program = (await Bun.file(agent).text()).replace('"model": "gpt-4o-mini"', `"model": "${model}"`);
    expect(program).toContain(model);
    expect(await runAgent(program)).toEqual(ran("What is RunAgents?"));
    if (model === "playground-llm") return;
    expect(world.anthropic.lastRequest().body).toMatchObject({
      model,
      system: [{ type: "text", text: "You are a helpful assistant." }],
      messages: [{ role: "user", content: [{ type: "text", text: "What is RunAgents?" }] }],
    });
  },
  20_000,
);

test("with a model nobody serves: an error that names near ones, and not the token", async () => {
  const program = (await Bun.file(agent).text()).replace('"model": "gpt-4o-mini"', '"model": "gpt-4o-mimi"');
  const { exitCode, stderr } = await runAgent(program);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("HTTP Error 404");
  expect(stderr).not.toContain(world.penstock.gatewayUrl.split("/u/")[1] ?? "");
}, 20_000);
