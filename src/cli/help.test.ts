import { expect, test } from "bun:test";
import { penstockProgram } from "../../testkit/penstock-program.ts";
import { commands } from "./commands.ts";
import { commandHelp } from "./help.ts";

/** The exit code and the output of the program itself. */
function printed(args: readonly string[]): readonly [code: number, out: string] {
  const { exitCode, stdout } = Bun.spawnSync([...penstockProgram(), ...args]);
  return [exitCode, stdout.toString()];
}

const lines = Object.entries(commands).flatMap(([name, entry]) =>
  "commands" in entry
    ? Object.entries(entry.commands).map(([sub, command]) => ({ words: [name, sub], command }))
    : [{ words: [name], command: entry }],
);

test("every command's help has usage and examples, and every example is a command with known options", () => {
  for (const { words, command } of lines) {
    const out = Bun.stripANSI(commandHelp(command, words.join(" ")));
    expect(out).toContain(`Usage\n  penstock ${words.join(" ")}`);
    expect(out).toContain(`penstock ${words.join(" ")}`);
    expect(out).toContain("Examples\n");
    const known = new Set([...out.matchAll(/^ {2}--([\w-]+)/gm)].map(([, option]) => option));
    const examples = out.slice(out.indexOf("Examples\n"));
    for (const [, option] of examples.matchAll(/ --([\w-]+)/g))
      expect([words, known.has(option)]).toEqual([words, true]);
  }
  for (const { words, command } of [...lines.slice(0, 1), ...lines.slice(-1)]) {
    expect(printed([...words, "--help"])).toEqual([
      0,
      `${Bun.stripANSI(commandHelp(command, words.join(" ")))}\n`,
    ]);
  }
  const [, out] = printed(["--help"]);
  for (const { words } of lines) expect(out).toContain(`  ${words.join(" ")} `);
}, 20_000);
