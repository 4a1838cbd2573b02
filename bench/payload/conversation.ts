import { codeText, prose } from "./prose.ts";
import { seededRandom } from "./random.ts";

/** One tool a conversation may call. */
export interface BenchTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A turn of an agent's conversation, without a protocol's spelling. */
export type Turn =
  | { readonly kind: "user"; readonly text: string }
  | { readonly kind: "assistant"; readonly text: string }
  | {
      readonly kind: "tool";
      readonly text: string;
      readonly id: string;
      readonly tool: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly result: string;
    };

/** What an agent sends: a system prompt, tools and turns that end with the user's. */
export interface Conversation {
  readonly system: string;
  readonly tools: readonly BenchTool[];
  readonly turns: readonly Turn[];
}

const toolNames = ["read_file", "search_code", "run_tests", "edit_file", "list_files", "web_fetch"];

/**
 * An agent's conversation of roughly `bytes` bytes once encoded: few turns when small, hundreds of user, assistant, tool
 * call and tool result messages when large. The same `bytes` always gives the same conversation.
 */
export function createConversation(bytes: number): Conversation {
  const random = seededRandom(bytes);
  const small = bytes < 4_000;
  const tools = toolNames.slice(0, small ? 1 : toolNames.length).map((name) => createTool(name, random));
  const system = prose(random, small ? 160 : 1_500);
  const last: Turn = { kind: "user", text: prose(random, small ? 200 : 400) };
  const turns: Turn[] = [];
  let left = bytes - encodedSize({ system, tools, turns: [last] });
  while (left > 900) {
    const turn = createTurn({ random, index: turns.length, room: left });
    turns.push(turn);
    left -= encodedSize(turn) + 60;
  }
  const padded: Turn = { kind: "user", text: last.text + prose(random, Math.max(0, left - 150)) };
  return { system, tools, turns: [...turns, padded] };
}

function createTurn(options: {
  readonly random: () => number;
  readonly index: number;
  readonly room: number;
}): Turn {
  const { random, index, room } = options;
  const most = Math.min(room - 600, 4_000);
  if (index % 4 === 0) return { kind: "user", text: prose(random, Math.min(most, 60 + random() * 500)) };
  if (index % 4 === 3)
    return { kind: "assistant", text: prose(random, Math.min(most, 100 + random() * 900)) };
  return {
    kind: "tool",
    text: prose(random, 80),
    id: `call_${String(index).padStart(6, "0")}`,
    tool: "read_file",
    input: { path: `src/module-${index}/index.ts`, options: { start_line: index, limit: 200, follow: true } },
    result: codeText(random, Math.max(40, Math.min(most - 300, 300 + random() * 3_500))),
  };
}

function createTool(name: string, random: () => number): BenchTool {
  return {
    name,
    description: prose(random, 90),
    parameters: {
      type: "object",
      properties: {
        path: { type: "string", description: prose(random, 40) },
        options: {
          type: "object",
          properties: {
            start_line: { type: "integer", minimum: 0 },
            limit: { type: "integer" },
            follow: { type: "boolean" },
          },
        },
      },
      required: ["path"],
    },
  };
}

function encodedSize(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
