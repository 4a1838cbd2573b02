import { ask, type ChatAnswer } from "../chat/ask.ts";
import { findRow, formatSummary } from "../chat/summary.ts";
import { talk } from "../chat/talk.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type Connection, connectGateway, connectionArgs } from "../connection.ts";
import { readStdin } from "../input/read-stdin.ts";
import { harmless, note, print, printJson, style, write } from "../output/terminal.ts";

/** Talks to a model through the gateway: once, or line by line on a terminal. */
export const chatCommand = defineCliCommand({
  summary: "Talk to a model through the gateway",
  args: {
    message: {
      type: "positional",
      required: false,
      description: "What to say; else standard input, else ask",
    },
    model: { type: "string", alias: "m", valueHint: "MODEL", description: "Else the organization's default" },
    ...connectionArgs,
    key: {
      type: "string",
      valueHint: "SOURCE",
      description: "Gateway key as env:NAME or file:PATH; else PENSTOCK_KEY, else bootstrap.json",
    },
  },
  examples: [
    'penstock chat "What is a penstock?"',
    "penstock chat --model anthropic-prod/claude-sonnet-4-5",
    "git diff | penstock chat --model playground-llm --json",
  ],
  async run({ args }) {
    const { model, json, url } = args;
    const interactive = args.message === undefined && process.stdin.isTTY === true;
    if (interactive && json) throw usageError("--json needs a message, as an argument or on standard input");
    const message = interactive ? undefined : (args.message ?? (await readStdin()).trim());
    if (message === "") throw usageError("there is no message: give one as an argument or on standard input");
    const connection = await connectGateway(args);
    if (message === undefined) {
      await talk(async (messages, signal) => {
        const answer = await ask(connection, { messages, model, signal, onText: show });
        await summarize(answer, url);
        return answer.text;
      });
      return;
    }
    await once(connection, { message, model, json: json === true, url });
  },
});

async function once(
  connection: Connection,
  options: { message: string; model: string | undefined; json: boolean; url: string | undefined },
): Promise<void> {
  const { message, model, json, url } = options;
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const answer = await ask(connection, {
    messages: [{ role: "user", content: message }],
    model,
    signal: stop.signal,
    onText: json ? () => {} : show,
  }).catch((error: unknown) => {
    throw stop.signal.aborted ? new CliError("stopped") : error;
  });
  if (!json) {
    await summarize(answer, url);
    return;
  }
  const row = await findRow(answer, { url });
  printJson({
    text: answer.text,
    model: row?.model ?? answer.model ?? null,
    provider: row?.provider ?? null,
    usage: row?.usage ?? answer.usage ?? null,
    cost_usd: row?.cost_usd ?? null,
    elapsed_ms: Math.round(answer.elapsedMs),
    request_id: answer.requestId ?? null,
  });
}

/** A model may write anything, so what could steer the terminal is taken out. */
function show(text: string): void {
  write(process.stdout.isTTY ? harmless(text) : text);
}

async function summarize(answer: ChatAnswer, url: string | undefined): Promise<void> {
  if (!answer.text.endsWith("\n")) print();
  const line = formatSummary(answer, await findRow(answer, { url }));
  note(style(line, { as: "dim", on: process.stderr }));
}
