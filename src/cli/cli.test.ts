import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOpenAiChatMock } from "../../testkit/mocks/openai-chat-server.ts";
import type { MockVendor } from "../../testkit/mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../../testkit/penstock.ts";
import { penstockProgram } from "../../testkit/penstock-program.ts";

const [bun, main] = penstockProgram();
const canary = "sk-canary-58c2b7";

let penstock: TestPenstock;
let vendor: MockVendor;
let dir: string;
/** Everything any command printed. */
const printed: string[] = [];

beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startOpenAiChatMock({ apiKey: canary });
  dir = mkdtempSync(join(tmpdir(), "penstock-cli-"));
});

afterAll(async () => {
  await penstock.stop();
  await vendor.close();
  rmSync(dir, { recursive: true, force: true });
  expect(printed.join("\n")).not.toContain(canary);
});

interface Options {
  readonly env?: Record<string, string | undefined>;
  readonly stdin?: string;
}

function environment(env: Options["env"] = {}) {
  const { PATH, HOME } = process.env;
  return {
    ...{ PATH, HOME, PENSTOCK_URL: penstock.url, PENSTOCK_ADMIN_KEY: penstock.adminKey },
    ...{ PENSTOCK_KEY: penstock.gatewayKey, PENSTOCK_DATA: join(dir, "none"), VENDOR_KEY: canary },
    ...env,
  };
}

async function run(args: readonly string[], { env, stdin = "" }: Options = {}) {
  const child = Bun.spawn([...penstockProgram(), ...args], {
    cwd: dir,
    env: environment(env),
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  printed.push(out, err);
  return { code, out, err };
}

/** Runs on a terminal; `answers` are typed one after the other, each once its question was printed. */
async function runOnTerminal(
  args: readonly string[],
  {
    env,
    answers = [],
  }: Options & { answers?: readonly (readonly [question: string, answer: string])[] } = {},
) {
  let screen = "";
  let next = 0;
  let seen = 0;
  const child = Bun.spawn([...penstockProgram(), ...args], {
    cwd: dir,
    env: environment({ TERM: "xterm-256color", ...env }),
    terminal: {
      cols: 160,
      data(terminal, data) {
        screen += Buffer.from(data).toString();
        const [question, answer] = answers[next] ?? [];
        if (question === undefined || answer === undefined) return;
        const at = screen.indexOf(question, seen);
        if (at === -1) return;
        seen = at + question.length;
        next++;
        terminal.write(answer);
      },
    },
  });
  const code = await child.exited;
  await Bun.sleep(20);
  printed.push(screen);
  return { code, screen };
}

const add = (name: string, ...more: string[]) =>
  run([
    ...["providers", "add", name, "--driver", "openai_completions", "--base-url", vendor.url],
    ...["--credential", "api_key=env:VENDOR_KEY", "--model", "gpt-4o-mini", "--no-discover", ...more],
  ]);

describe("providers", () => {
  test("a provider is added, listed, probed, discovered and removed", async () => {
    const added = await add("one");
    expect(added).toMatchObject({ code: 0, err: "" });
    expect(added.out).toContain("Registered one: available, 1 model, 1 enabled.");
    const list = await run(["providers", "list"]);
    expect(list.out.split("\n")[0]).toMatch(/^NAME +DRIVER +STATUS/);
    expect(list.out).toMatch(/^one +openai_completions +available +1\/1 +api_key +api/m);
    expect((await run(["providers", "probe", "ONE"])).out).toMatch(/^one: valid/);
    expect((await run(["providers", "discover", "one"])).out).toMatch(/^one: \d+ models/);
    expect(await run(["providers", "remove", "one", "--yes"])).toMatchObject({
      code: 0,
      out: "Removed one.\n",
    });
  });

  test("a refused credential fails with the reason, and nothing is saved", async () => {
    const { code, err } = await run(
      [
        ...["providers", "add", "bad", "--driver", "openai_completions", "--base-url", vendor.url],
        ...["--credential", "api_key=-"],
      ],
      { stdin: "sk-wrong\n" },
    );
    expect(code).toBe(1);
    expect(err).toContain("refused the credential");
    expect((await run(["providers", "list", "--json"])).out).not.toContain('"bad"');
  });

  test("a credential is read from a file or from standard input", async () => {
    writeFileSync(join(dir, "vendor.key"), `${canary}\n`);
    for (const [name, source] of [
      ["from-file", "file:vendor.key"],
      ["from-stdin", "-"],
    ]) {
      const args = [
        "providers",
        "add",
        `${name}`,
        "--driver",
        "openai_completions",
        "--base-url",
        vendor.url,
      ];
      const added = await run([...args, "--credential", `api_key=${source}`, "--no-discover"], {
        stdin: `${canary}\n`,
      });
      expect(added).toMatchObject({ code: 0 });
      await run(["providers", "remove", `${name}`, "--yes"]);
    }
  });

  test("on a terminal a credential is asked for without echo", async () => {
    const { code, screen } = await runOnTerminal(
      [
        ...["providers", "add", "asked", "--driver", "openai_completions", "--base-url", vendor.url],
        ...["--credential", "api_key=-", "--no-discover"],
      ],
      { answers: [["the credential api_key", `${canary}\r`]] },
    );
    expect(screen).toContain("Registered asked");
    expect(screen).not.toContain(canary);
    expect(code).toBe(0);
    await run(["providers", "remove", "asked", "--yes"]);
  });

  test("a secret on the command line is refused and not repeated", async () => {
    for (const credential of [`api_key=${canary}`, canary, `${canary}=x`]) {
      const args = ["providers", "add", "x", "--driver", "openai_completions", "--credential", credential];
      const { code, err } = await run(args);
      expect(code).toBe(2);
      expect(err.trim().split("\n")).toHaveLength(1);
    }
    expect(await run(["keys", "list", "--key", canary])).toMatchObject({ code: 2 });
  });
});

describe("models and keys", () => {
  test("models are listed and switched", async () => {
    const { out } = await run(["models", "list"]);
    expect(out).toMatch(/^playground\/playground-llm +chat +yes/m);
    expect((await run(["models"])).out).toBe(out);
    expect(JSON.parse((await run(["models", "--json"])).out)).toBeArray();
    const off = await run(["models", "disable", "playground/playground-llm"]);
    expect(off.out).toBe("playground/playground-llm is disabled.\n");
    const enabled = JSON.parse((await run(["models", "list", "--enabled", "--json"])).out);
    expect(enabled).toMatchObject([{ name: "playground/playground-embed", kind: "embedding" }]);
    expect((await run(["models", "enable", "playground/playground-llm"])).code).toBe(0);
    const unknown = await run(["models", "enable", "playground/playground-llm", "nope"]);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.err).toContain("there is no model `nope`");
  });

  test("a key is made, works, is listed without its value, and is revoked", async () => {
    const made = await run(["keys", "create", "ci", "--expires", "2h", "--allow-model", "playground-llm"]);
    const value = made.out.trim();
    expect(value).toMatch(/^psk_\w{49}$/);
    const chat = await run(["chat", "hi", "--model", "playground-llm"], { env: { PENSTOCK_KEY: value } });
    expect(chat.code).toBe(0);
    const list = await run(["keys", "list"]);
    expect(list.out).toMatch(/^ci +psk_….{4} +active +gateway +playground-llm/m);
    expect(list.out).not.toContain(value);
    expect((await run(["keys", "revoke", "ci", "--yes"])).out).toBe("Revoked ci.\n");
    expect((await run(["keys", "list", "--revoked"])).out).toMatch(/^ci .* revoked/m);
  });

  test("a key is rotated with a grace, changed and shown", async () => {
    const old = (await run(["keys", "create", "turning"])).out.trim();
    const refused = await run(["keys", "rotate", "turning", "--yes", "--grace", "31d"]);
    expect(refused).toMatchObject({ code: 1, out: "" });
    const rotated = await run(["keys", "rotate", "turning", "--yes", "--grace", "1h"]);
    const value = rotated.out.trim();
    expect(value).toMatch(/^psk_\w{49}$/);
    expect(value).not.toBe(old);
    const chat = (key: string) =>
      run(["chat", "hi", "--model", "playground-llm"], { env: { PENSTOCK_KEY: key } });
    expect((await chat(old)).code).toBe(0);
    expect((await chat(value)).code).toBe(0);
    await run(["keys", "rotate", "turning", "--yes", "--grace", "0"]);
    expect((await chat(old)).code).toBe(1);
    expect((await chat(value)).code).toBe(1);
    const changed = await run(["keys", "update", "turning", "--rename", "turned", "--allow-model", "m"]);
    expect(changed.out).toMatch(/^models +m$/m);
    expect((await run(["keys", "show", "turned"])).out).toMatch(/^state +active$/m);
    expect((await run(["keys", "update", "turned"])).code).toBe(2);
  });

  test("the audit log is listed, exported and verified, and a head that is not in it is exit code 1", async () => {
    await run(["keys", "create", "audited"]);
    const list = await run(["audit", "--action", "key.*", "--target", "audited"]);
    expect(list.out).toMatch(/key\.create +audited +key first admin key/);
    const lines = (await run(["audit", "export"])).out.trim().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ mac: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const verified = await run(["audit", "verify"]);
    expect(verified.code).toBe(0);
    const head = verified.out.trim();
    expect(head).toBe(JSON.parse(lines[0] ?? "").mac);
    await run(["keys", "create", "later"]);
    expect((await run(["audit", "verify", "--expect-head", head])).code).toBe(0);
    const foreign = await run(["audit", "verify", "--expect-head", "0".repeat(64)]);
    expect(foreign).toMatchObject({ code: 1, out: "" });
    expect(foreign.err).toContain("cut off");
  });

  test("without a terminal nothing is removed unless --yes says so", async () => {
    await run(["keys", "create", "stays"]);
    const refused = await run(["keys", "revoke", "stays"]);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("--yes");
    expect((await run(["keys", "list"])).out).toMatch(/^stays .* active/m);
  });
});

describe("apply", () => {
  const file = (text: string) => {
    const path = join(dir, "penstock.yaml");
    writeFileSync(path, text);
    return path;
  };
  const yaml = () => `orgs:
  default:
    providers:
      - name: from-file-config
        driver: openai_completions
        base_url: ${vendor.url}
        credentials: { api_key: { env: VENDOR_KEY } }
        models: [gpt-4o-mini]
    keys:
      - name: config-key
`;

  test("the plan is shown first, then carried out once, then there is nothing to do", async () => {
    const path = file(yaml());
    const dry = await run(["apply", "-f", path, "--dry-run"]);
    expect(dry.code).toBe(0);
    expect(dry.out).toContain("+ provider from-file-config");
    expect(dry.out).toContain("credentials.api_key: [secret]");
    expect(dry.out).toContain("3 to create, 0 to change, 0 to delete, 0 unchanged");
    const unasked = await run(["apply", "-f", path]);
    expect(unasked).toMatchObject({ code: 2 });
    expect((await run(["providers", "list"])).out).not.toContain("from-file-config");
    const applied = await run(["apply", "-f", path, "--yes"]);
    expect(applied.code).toBe(0);
    expect(applied.out).toMatch(/config-key \(org default\) {2}psk_\w{49}/);
    const again = await run(["apply", "-f", path, "--yes"]);
    expect(again.out).toBe("0 to create, 0 to change, 0 to delete, 3 unchanged\n");
    expect((await run(["providers", "list"])).out).toContain("file:penstock.yaml");
    const removed = JSON.parse(
      (await run(["apply", "-f", file("orgs: { default: {} }"), "--yes", "--json"])).out,
    );
    expect(removed).toMatchObject({ applied: true, keys: [] });
    expect((await run(["providers", "list"])).out).not.toContain("from-file-config");
  });

  test("on a terminal it asks, and no means no", async () => {
    const path = file("orgs: { default: { keys: [{ name: asked-key }] } }");
    const no = await runOnTerminal(["apply", "-f", path], { answers: [["Apply this?", "n"]] });
    expect(no.screen).toContain("nothing was changed");
    expect(no.code).toBe(1);
    const yes = await runOnTerminal(["apply", "-f", path], { answers: [["Apply this?", "y"]] });
    expect(yes.screen).toMatch(/asked-key \(org default\) {2}psk_/);
    expect(yes.code).toBe(0);
    await run(["apply", "-f", file("orgs: { default: {} }"), "--yes"]);
  });

  test("a bad file is refused with the place of every problem, before any server is asked", async () => {
    const path = file("orgs:\n  default:\n    colour: red\n    keys: {}\n");
    const { code, err } = await run(["apply", "-f", path], { env: { PENSTOCK_URL: "http://127.0.0.1:1" } });
    expect(code).toBe(1);
    expect(err).toContain("penstock.yaml:3:13: unknown key `colour`");
    expect(err).toContain("penstock.yaml:4:11: must be a list");
    const unset = await run(["apply", "-f", file(yaml())], { env: { VENDOR_KEY: undefined } });
    expect(unset.err).toContain("penstock.yaml:7:33: the environment variable `VENDOR_KEY` is not set");
    expect((await run(["apply", "-f", "nowhere.yaml"])).err).toContain(
      "the file nowhere.yaml cannot be read",
    );
  });
});

describe("chat", () => {
  test("the answer is streamed to standard output, what it used to standard error", async () => {
    const { code, out, err } = await run(["chat", "Good morning", "--model", "playground-llm"]);
    expect(code).toBe(0);
    expect(out).toContain("Good morning");
    expect(err).toMatch(/^playground-llm · playground · \d+ in, \d+ out · \$0 · \d+ ms\n$/);
  });

  test("a message may be piped in, and the answer be JSON", async () => {
    const { code, out } = await run(["chat", "-m", "playground/playground-llm", "--json"], {
      stdin: "piped text\n",
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ provider: "playground", cost_usd: 0 });
    expect(JSON.parse(out).text).toContain("piped text");
  });

  test("on a terminal it is a conversation", async () => {
    const { code, screen } = await runOnTerminal(["chat", "--model", "playground-llm"], {
      answers: [
        ["> ", "first words\r"],
        ["· $0 ·", "second words\r"],
        ["· $0 ·", "/exit\r"],
      ],
    });
    expect(screen).toContain("“first words”");
    expect(screen).toContain("“second words”");
    expect(code).toBe(0);
  });

  test("what goes wrong is said in the gateway's own words", async () => {
    const unknown = await run(["chat", "hi", "--model", "playground-lm"]);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.err).toContain("playground-lm");
    expect(unknown.err).toContain("playground-llm");
    const wrong = await run(["chat", "hi", "-m", "playground-llm"], { env: { PENSTOCK_KEY: "psk_wrong" } });
    expect(wrong.err).toContain("not valid");
    expect(await run(["chat"])).toMatchObject({ code: 2 });
  });

  test("without an admin key it still answers, and says why it knows less", async () => {
    const env = { PENSTOCK_ADMIN_KEY: undefined };
    const { code, err } = await run(["chat", "hi", "--model", "playground-llm"], { env });
    expect(code).toBe(0);
    expect(err).toContain("needs an admin key");
  });

  test("an answer that breaks off is a failure", async () => {
    await add("breaking");
    const half = {
      id: "x",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta: { content: "Half" } }],
    };
    vendor.reply({ events: [half, half], pace: { dropAfter: JSON.stringify(half).length + 20 } });
    const { code, out, err } = await run(["chat", "hi", "--model", "breaking/gpt-4o-mini"]);
    expect(out).toContain("Half");
    expect(err).toContain("error:");
    expect(code).toBe(1);
    await run(["providers", "remove", "breaking", "--yes"]);
  });
});

describe("the command line itself", () => {
  test.each([
    [["frobnicate"], "unknown command `frobnicate`"],
    [["providers", "frobnicate"], "unknown command `providers frobnicate`"],
    [["--frobnicate"], "unknown option --frobnicate"],
    [["keys", "list", "--frobnicate"], "unknown option --frobnicate"],
    [["keys", "create"], "<name> is missing"],
    [["keys", "create", "a", "b"], "too many arguments"],
    [["keys", "create", "a", "--scope", "root"], "--scope must be gateway, read or admin"],
    [["keys", "create", "a", "--expires", "tomorrow"], "--expires must be like 30d"],
    [["keys", "create", "a", "--expires", "2001-01-01T00:00:00Z"], "--expires must be in the future"],
    [["keys", "list", "--json=maybe"], "--json takes no value"],
    [["keys", "list", "--url"], "--url needs a value"],
    [["keys", "list", "--url", "a", "--url", "b"], "--url is given twice"],
    [["keys", "list", "--url", "ftp://x"], "must look like https://host"],
    [["apply"], "--file is missing"],
    [["providers", "add", "x"], "--driver is missing"],
    [
      ["providers", "add", "x", "--driver", "playground", "--priority", "high"],
      "--priority must be a whole number",
    ],
    [
      ["providers", "add", "x", "--driver", "playground", "--option", "y"],
      "--option must be written name=value",
    ],
  ])("%j is refused in one line", async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("a server that is not there is said to be not there", async () => {
    const gone = await run(["keys", "list"], { env: { PENSTOCK_URL: "http://127.0.0.1:1" } });
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.err).toContain("cannot be reached at http://127.0.0.1:1");
    const none = await run(["keys", "list"], { env: { PENSTOCK_URL: undefined } });
    expect(none.err).toContain("no server to talk to");
  });

  test("bootstrap.json is enough on the server's machine, and its keys go to no other server", async () => {
    const local = { PENSTOCK_URL: undefined, PENSTOCK_ADMIN_KEY: undefined, PENSTOCK_DATA: dir };
    const bootstrap = { url: penstock.url, gateway_key: penstock.gatewayKey, admin_key: penstock.adminKey };
    writeFileSync(join(dir, "bootstrap.json"), JSON.stringify(bootstrap));
    expect((await run(["keys", "list"], { env: local })).code).toBe(0);
    const seen: (string | null)[] = [];
    const other = Bun.serve({
      port: 0,
      fetch(request) {
        seen.push(request.headers.get("authorization"));
        return new Response("{}");
      },
    });
    const { code, err } = await run(["keys", "list", "--url", `http://127.0.0.1:${other.port}`], {
      env: local,
    });
    await other.stop(true);
    rmSync(join(dir, "bootstrap.json"));
    expect(code).toBe(1);
    expect(err).toContain("no key for http://127.0.0.1");
    expect(seen).toEqual([]);
  });

  test("a reader that goes away ends the command quietly", async () => {
    const child = Bun.spawn(["sh", "-c", `"${bun}" "${main}" --help | head -c 1; wait`], {
      env: environment(),
      stdout: "pipe",
      stderr: "pipe",
    });
    expect(await new Response(child.stdout).text()).toBe("P");
    expect(await new Response(child.stderr).text()).toBe("");
  });

  test("colours are for terminals, and NO_COLOR turns them off there", async () => {
    const sequence = "\u001b[";
    expect((await run(["--help"])).out).not.toContain(sequence);
    expect((await runOnTerminal(["--help"])).screen).toContain(sequence);
    expect((await runOnTerminal(["--help"], { env: { NO_COLOR: "1" } })).screen).not.toContain(sequence);
  });

  test("a key that `keys generate` prints can be used in a file", async () => {
    const key = (await run(["keys", "generate"])).out.trim();
    const path = join(dir, "generated.yaml");
    writeFileSync(
      path,
      "orgs: { default: { keys: [{ name: made-here, value: { env: MADE }, scopes: [admin] }] } }",
    );
    expect((await run(["apply", "-f", path, "--yes"], { env: { MADE: key } })).code).toBe(0);
    expect((await run(["keys", "list"], { env: { PENSTOCK_ADMIN_KEY: key } })).code).toBe(0);
  });
});
