import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import { object } from "../model/json.ts";
import type { Script, ScriptAnswer, ScriptError, Scripted } from "../model/script.ts";
import { dressed } from "../wires/dress.ts";
import type { WireAdapter } from "../wires/wire.ts";

/** Silence and noise after the end of a stream last this long, in milliseconds. */
const heartbeatMs = 500;
const heartbeats = 40;

/** What the mock vendor does for a request, in its own dialect. */
export function playScript(scripted: Scripted, request: RecordedRequest, wire: WireAdapter): ScriptedReply {
  const script: Script = typeof scripted === "function" ? scripted(request) : scripted;
  const wantsStream = isStreamRequest(request, wire);
  if ("raw" in script) return script.raw[wire.id]?.(wantsStream) ?? {};
  if ("fault" in script) return playError(script, wire, wantsStream);
  return wantsStream && script.whole !== true
    ? playStream(script, wire, wire.wantsUsage(request))
    : { json: wire.whole(script), ...extras(script) };
}

/** The whole stream of an answer as its vendor would write it. */
export function streamBytes(answer: ScriptAnswer, wire: WireAdapter, wantsUsage = true): Uint8Array {
  const { content, finish, endMark } = wire.stream(answer, wantsUsage);
  const { ending = "complete", dress } = answer;
  const parts = (): readonly Uint8Array[] => {
    if (typeof ending === "object") {
      const fault = { fault: ending.fault, message: "The vendor fails in the middle." };
      return [content, wire.faultEvent(fault, answer)];
    }
    switch (ending) {
      case "complete":
        return [content, finish, endMark];
      case "truncated":
        return [content, finish.subarray(0, Math.ceil(finish.length / 3))];
      case "dropped":
        return [content];
      case "no-end-mark":
        return [content, finish];
      case "heartbeats":
        return [content, finish, new TextEncoder().encode(": heartbeat\n\n".repeat(heartbeats))];
    }
  };
  return dressed(Buffer.concat(parts()), dress);
}

function playStream(answer: ScriptAnswer, wire: WireAdapter, wantsUsage: boolean): ScriptedReply {
  const bytes = streamBytes(answer, wire, wantsUsage);
  const reply = { body: bytes, ...extras(answer) };
  const headers = { "content-type": wire.contentType, ...answer.headers };
  if (answer.ending === "dropped") return { ...reply, headers, pace: { dropAfter: bytes.length } };
  if (typeof answer.ending === "object") {
    // What was said must have left before the failure follows, or nothing was said yet.
    const said = dressed(wire.stream(answer, wantsUsage).content, answer.dress).length;
    return { ...reply, headers, pace: { cutAt: [said], betweenMs: 40 } };
  }
  if (answer.ending !== "heartbeats") return { ...reply, headers };
  const size = ": heartbeat\n\n".length;
  const cutAt = Array.from({ length: heartbeats }, (_, i) => bytes.length - (i + 1) * size);
  return { ...reply, headers, pace: { cutAt, betweenMs: heartbeatMs } };
}

function playError(script: ScriptError, wire: WireAdapter, wantsStream: boolean): ScriptedReply {
  const fault = { fault: script.fault, message: script.message ?? "The vendor says no." };
  const headers = script.headers ?? {};
  if (script.inStream === true && wantsStream) {
    return { body: wire.faultEvent(fault), headers: { ...headers, "content-type": wire.contentType } };
  }
  const said = wire.fault(fault);
  return { ...said, headers: { ...said.headers, ...headers } };
}

function extras({
  headers,
  pace,
  unchecked,
}: ScriptAnswer): Pick<ScriptedReply, "headers" | "pace" | "unchecked"> {
  return {
    ...(unchecked !== undefined && { unchecked }),
    ...(headers !== undefined && { headers }),
    ...(pace !== undefined && { pace }),
  };
}

/** A wire tells its streams by the body or, where the body does not say, by the path. */
function isStreamRequest({ body, path }: RecordedRequest, wire: WireAdapter): boolean {
  return wire.wantsStream?.({ body, path }) ?? object(body).stream === true;
}
