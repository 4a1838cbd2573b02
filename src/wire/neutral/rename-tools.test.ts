import { expect, test } from "bun:test";
import { renameTools, restoreTool, restoreTools } from "./rename-tools.ts";
import type { NeutralRequest } from "./request.ts";
import { noUsage } from "./usage.ts";

const rule = { character: /[A-Za-z0-9_-]/, maxLength: 64 };

function request(name: string): NeutralRequest {
  return {
    model: "m",
    system: [],
    messages: [
      { role: "user", parts: [{ type: "text", text: "q" }] },
      { role: "assistant", parts: [{ type: "tool_call", id: "1", name, arguments: "{}", kind: "function" }] },
    ],
    tools: [{ kind: "function", name }],
    toolChoice: { mode: "allowed", names: [name], required: true },
    stop: [],
    stream: false,
    includeUsage: false,
    extra: {},
  };
}

test("a name that does not fit is changed everywhere and restored in answers", () => {
  const name = "files.read/v2";
  const { request: fitted, names } = renameTools(request(name), rule);
  const safe = fitted.tools[0]?.name ?? "";
  expect(safe).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(JSON.stringify(fitted)).not.toContain(name);
  expect(JSON.stringify(fitted).split(safe)).toHaveLength(4);
  if (names === undefined) throw new Error("no way back");
  const call = { type: "tool_call", id: "2", name: safe, arguments: "{}", kind: "function" } as const;
  const response = { id: "r", model: "m", parts: [call], stopReason: "tool_calls", usage: noUsage } as const;
  expect(restoreTools(response, names).parts).toEqual([{ ...call, name }]);
  const { arguments: _, ...part } = call;
  expect(restoreTool({ type: "part-start", index: 0, part }, names)).toMatchObject({ part: { name } });
});

test("a request whose names fit is passed on as it is", () => {
  const same = request("read_file");
  expect(renameTools(same, rule)).toEqual({ request: same, names: undefined });
});
