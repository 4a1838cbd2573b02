import type { NeutralEvent } from "../neutral/event.ts";
import type { Signed } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { readSignature } from "./thought-signature.ts";
import { type ReadToolCall, readToolCall, syntheticCallId } from "./tool-call.ts";

interface Call {
  readonly ordinal: number;
  id: string;
  name: string;
  custom: boolean;
  signed: Signed;
  /** The part's index once it has started. */
  part: number | undefined;
  /** Arguments that came before the part could start. */
  held: string;
}

/**
 * Puts the fragments of parallel tool calls together. A call starts when its name is known and its id is, too; an id
 * may come one fragment late, and is made up when the next fragment does not bring it either.
 */
export class StreamToolCalls {
  readonly #nextPart: () => number;
  readonly #calls: Call[] = [];
  readonly #byIndex = new Map<number, Call>();
  #last: Call | undefined;

  /** `nextPart` gives the index of a part that starts. */
  constructor(nextPart: () => number) {
    this.#nextPart = nextPart;
  }

  get any(): boolean {
    return this.#calls.length > 0;
  }

  /** Reads the `tool_calls` of one delta. */
  add(fragments: readonly unknown[], responseId: string, out: NeutralEvent[]): void {
    for (const fragment of fragments) {
      if (!isObject(fragment)) continue;
      const read = readToolCall(fragment);
      const known = this.#find(fragment, read);
      const call = known ?? this.#open(fragment);
      if (this.#last !== undefined && this.#last !== call) this.#start(this.#last, responseId, out);
      this.#last = call;
      this.#take(call, read);
      if (call.part === undefined) call.signed = { ...call.signed, ...readSignature(fragment) };
      if (call.part !== undefined) pushText(call.part, read.text, out);
      else if (call.id !== "" || known !== undefined) this.#start(call, responseId, out);
    }
  }

  /** Starts calls that still wait for an id, and ends all. */
  end(responseId: string, out: NeutralEvent[]): void {
    for (const call of this.#calls) {
      this.#start(call, responseId, out);
      if (call.part !== undefined) out.push({ type: "part-end", index: call.part });
    }
  }

  /** Some vendors number all their calls 0, or none: then a new id with a name is a new call. */
  #find(fragment: JsonObject, read: ReadToolCall): Call | undefined {
    const { index } = fragment;
    const call =
      typeof index === "number"
        ? this.#byIndex.get(index)
        : read.id === ""
          ? this.#continued(read)
          : this.#calls.find((candidate) => candidate.id === read.id);
    if (call === undefined) return undefined;
    const other = call.id !== "" && read.id !== "" && call.id !== read.id && read.name !== "";
    return other ? this.#calls.find((candidate) => candidate.id === read.id) : call;
  }

  #continued(read: ReadToolCall): Call | undefined {
    return read.name === "" ? this.#last : undefined;
  }

  #open(fragment: JsonObject): Call {
    const call: Call = {
      ordinal: this.#calls.length,
      id: "",
      name: "",
      custom: false,
      signed: {},
      part: undefined,
      held: "",
    };
    this.#calls.push(call);
    if (typeof fragment.index === "number") this.#byIndex.set(fragment.index, call);
    return call;
  }

  #take(call: Call, read: ReadToolCall): void {
    if (call.part !== undefined) return;
    if (call.id === "") call.id = read.id;
    if (call.name === "") call.name = read.name;
    call.custom ||= read.custom;
    call.held += read.text;
  }

  #start(call: Call, responseId: string, out: NeutralEvent[]): void {
    if (call.part !== undefined || call.name === "") return;
    const index = this.#nextPart();
    call.part = index;
    if (call.id === "") call.id = syntheticCallId(responseId, call.ordinal);
    const kind = call.custom ? "custom" : "function";
    out.push({
      type: "part-start",
      index,
      part: { type: "tool_call", id: call.id, name: call.name, kind, ...call.signed },
    });
    pushText(index, call.held, out);
    call.held = "";
  }
}

function pushText(index: number, text: string, out: NeutralEvent[]): void {
  if (text !== "") out.push({ type: "arguments-delta", index, text });
}
