import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands as cliCommands } from "../src/cli/commands.ts";
import { penstockProgram } from "../testkit/penstock-program.ts";

const root = join(import.meta.dir, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The README's code blocks of one language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (match) => match[1] ?? "",
  );
}

// A reader's working folder: it holds `data/`, as the repository does after the first start.
const folder = mkdtempSync(join(tmpdir(), "penstock-readme-"));
const port = freePort();
const settings = { ...process.env, PENSTOCK_PORT: String(port), PENSTOCK_DATA: join(folder, "data") };
const moved = (text: string): string => text.replaceAll("localhost:8080", `localhost:${port}`);
let server: Bun.Subprocess;

function freePort(): number {
  const probe = Bun.serve({ port: 0, fetch: () => new Response() });
  const free = probe.port;
  probe.stop(true);
  if (free === undefined) throw new TypeError("no free port");
  return free;
}

beforeAll(async () => {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  server = Bun.spawn([...penstockProgram(), "serve"], {
    cwd: folder,
    env: settings,
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (const deadline = Date.now() + 20_000; Date.now() < deadline && server.exitCode === null; ) {
    const ready = await fetch(`http://localhost:${port}/readyz`).catch(() => undefined);
    if (ready?.ok) return;
    await Bun.sleep(50);
  }
  throw new TypeError("the server did not become ready");
}, 30_000);

afterAll(async () => {
  server.kill("SIGTERM");
  await server.exited;
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(command: string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const child = Bun.spawn(command, {
    cwd: folder,
    env: { ...settings, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

const shell = (script: string): Promise<Ran> => run(["sh", "-e", "-c", moved(script)]);
const exportsOf = (name: string): string =>
  blocks("sh")
    .join("\n")
    .match(new RegExp(`^export ${name}=.*$`, "m"))?.[0] ?? "";

test("the curl calls work as they stand, with the key in a header and in the path", async () => {
  const calls = blocks("sh").filter((block) => block.includes("curl "));
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    const { stdout, exitCode } = await shell(
      `${exportsOf("PENSTOCK_KEY")}\n${call.replaceAll("curl ", "curl -sS ")}`,
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: expect.stringContaining("Hello") } }],
    });
  }
});

test("the TypeScript programs work unchanged", async () => {
  const programs = blocks("ts");
  expect(programs.map((program) => /from "(.*)"/.exec(program)?.[1])).toEqual([
    "openai",
    "@anthropic-ai/sdk",
  ]);
  const key = (await shell(`${exportsOf("PENSTOCK_KEY")}\nprintf %s "$PENSTOCK_KEY"`)).stdout;
  for (const [index, program] of programs.entries()) {
    const file = join(folder, `program-${index}.ts`);
    await Bun.write(file, moved(program));
    const { stdout, stderr, exitCode } = await run([process.execPath, file], { PENSTOCK_KEY: key });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("Hello");
  }
});

test("the configuration file is one that apply accepts", async () => {
  const [file] = blocks("yaml");
  await Bun.write(join(folder, "penstock.yaml"), file ?? "");
  const apply = [...penstockProgram(), "apply", "-f", "penstock.yaml", "--dry-run"];
  const { stdout, stderr, exitCode } = await run(apply, { ANTHROPIC_API_KEY: "sk-ant-readme" });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout).toContain("anthropic-prod");
  expect(stdout).toContain("local");
  expect(stdout + stderr).not.toContain("sk-ant-readme");
});

test("the commands exist with the options shown", async () => {
  const commands = [...readme.matchAll(/npm run -s penstock -- ([a-z ]*[a-z])[^\n]*/g)];
  expect(commands.length).toBeGreaterThan(3);
  for (const [line, name = ""] of commands) {
    const [first = "", second = ""] = name.split(" ");
    const command = cliCommands[first];
    const words = command !== undefined && "commands" in command ? [first, second] : [first];
    const help = await run([...penstockProgram(), ...words, "--help"]);
    expect(help.exitCode).toBe(0);
    for (const [option] of line.matchAll(/--[a-z][a-z-]+/g))
      expect(help.stdout + help.stderr).toContain(option);
  }
});

test("the table of settings lists what the server reads", async () => {
  const table = readme
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .join("\n");
  const listed = new Set([...table.matchAll(/\bPENSTOCK_[A-Z_]*[A-Z]/g)].map(([name]) => name));
  const sources = [...new Bun.Glob("src/server/*.ts").scanSync(root)].filter(
    (path) => !path.endsWith(".test.ts"),
  );
  const texts = await Promise.all(sources.map((path) => Bun.file(join(root, path)).text()));
  const read = new Set(
    [...texts.join("\n").matchAll(/"(PENSTOCK_[A-Z_]+)"|\.(PENSTOCK_[A-Z_]+)/g)].map(
      (m) => m[1] ?? m[2] ?? "",
    ),
  );
  expect([...read].filter((name) => !listed.has(name))).toEqual([]);
  expect([...listed].filter((name) => !read.has(name))).toEqual([]);
});
