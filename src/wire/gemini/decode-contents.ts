import type { AssistantPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { argumentsOf } from "./call-id.ts";
import { decodeAssistantPart, decodeFunctionResponse, decodeUserPart } from "./decode-turn-parts.ts";
import { joinPieces } from "./join-pieces.ts";

/** A call that waits for its response. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
  /** The id was the caller's; else calls and responses pair by name and order. */
  readonly named: boolean;
  readonly path: string;
}

/**
 * `contents`. Calls and responses must pair as the API demands: as many responses as calls, in the turn right after them.
 * Ids are optional there; a call without one gets an id by its place, the same in every longer conversation.
 */
export function decodeContents(body: ObjectReader): readonly Message[] {
  const entries = body.array("contents");
  if (entries.length === 0) invalid("contents", "must hold at least one content");
  const messages: Message[] = [];
  let open: OpenCall[] = [];
  entries.forEach((entry, i) => {
    const content = new ObjectReader(entry, `contents[${i}]`);
    const role = content.optionalOneOf("role", ["user", "model", "function", "tool"]) ?? "user";
    const parts = content
      .array("parts")
      .map((part, j) => new ObjectReader(part, `${content.at("parts")}[${j}]`));
    if (parts.length === 0) invalid(content.at("parts"), "must hold at least one part");
    if (role === "model") {
      requireAnswered(open);
      const turn = decodeModelTurn(parts, i);
      open = [...turn.calls];
      messages.push({ role: "assistant", parts: joinPieces(turn.parts) });
      return;
    }
    messages.push(...decodeUserTurn(parts, open));
  });
  requireAnswered(open);
  return messages;
}

function decodeModelTurn(
  readers: readonly ObjectReader[],
  index: number,
): { readonly parts: readonly AssistantPart[]; readonly calls: readonly OpenCall[] } {
  const calls: OpenCall[] = [];
  const parts = readers.map((reader, j): AssistantPart => {
    const call = reader.optionalObject("functionCall");
    if (call === undefined) return decodeAssistantPart(reader);
    const given = call.optionalString("id") ?? "";
    const id = given === "" ? `call_${index}_${j}` : given;
    if (calls.some((other) => other.id === id))
      invalid(call.at("id"), "must be unique among the calls of a turn");
    const name = call.string("name");
    calls.push({ id, name, named: given !== "", path: call.path });
    call.optionalObject("args");
    const signed = decodeAssistantPart(reader);
    const { signature, origin } = signed.type === "text" ? signed : {};
    return {
      type: "tool_call",
      id,
      name,
      arguments: argumentsOf(call.value),
      kind: "function",
      ...(signature !== undefined && origin !== undefined && { signature, origin }),
    };
  });
  return { parts, calls };
}

/** Responses become a turn of their own, before whatever else the user says. */
function decodeUserTurn(readers: readonly ObjectReader[], open: OpenCall[]): Message[] {
  const results: ToolResultPart[] = [];
  const others: UserPart[] = [];
  for (const reader of readers) {
    const response = reader.optionalObject("functionResponse");
    if (response === undefined) others.push(decodeUserPart(reader));
    else results.push(decodeFunctionResponse(response, answered(response, open)));
  }
  return [
    ...(results.length === 0 ? [] : [{ role: "tool" as const, parts: results }]),
    ...(others.length === 0 ? [] : [{ role: "user" as const, parts: others }]),
  ];
}

/** The id of the call a response answers: by its id, or else the first open call of its name. */
function answered(response: ObjectReader, open: OpenCall[]): string {
  const id = response.optionalString("id") ?? "";
  const name = response.string("name");
  let at = id === "" ? -1 : open.findIndex((call) => call.named && call.id === id);
  if (at === -1) at = open.findIndex((call) => call.name === name && (id === "" || !call.named));
  const [call] = at === -1 ? [] : open.splice(at, 1);
  return call?.id ?? invalid(response.path, "answers no `functionCall` of the turn before it");
}

function requireAnswered(open: readonly OpenCall[]): void {
  const [call] = open;
  if (call !== undefined) invalid(call.path, "has no `functionResponse` in the turn right after it");
}
