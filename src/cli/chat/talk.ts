import { createInterface } from "node:readline/promises";
import { CliError } from "../cli-error.ts";
import { note, style } from "../output/terminal.ts";
import type { ChatMessage } from "./ask.ts";

/** Answers a conversation so far; returns the text of the answer. */
export type Turn = (messages: readonly ChatMessage[], signal: AbortSignal) => Promise<string>;

/** Reads messages from a terminal until Ctrl-D or `/exit`. Ctrl-C stops an answer that is running. */
export async function talk(turn: Turn): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  let running: AbortController | undefined;
  lines.on("SIGINT", () => {
    if (running) running.abort();
    else lines.close();
  });
  note(style("Type a message; /exit or Ctrl-D ends.", { as: "dim", on: process.stderr }));
  lines.setPrompt("> ");
  lines.prompt();
  const messages: ChatMessage[] = [];
  for await (const line of lines) {
    const text = line.trim();
    if (text === "/exit") break;
    if (text !== "") {
      running = new AbortController();
      const asked: ChatMessage = { role: "user", content: text };
      try {
        const answer = await turn([...messages, asked], running.signal);
        messages.push(asked, { role: "assistant", content: answer });
      } catch (error) {
        // The turn that failed is forgotten, so that it can be tried again.
        if (running.signal.aborted) note("\n(stopped)");
        else if (error instanceof CliError) note(`error: ${error.message}`);
        else throw error;
      } finally {
        running = undefined;
      }
    }
    lines.prompt();
  }
  lines.close();
}
