import type { BenchWire } from "../plan/lane.ts";
import { parseModelId, type Shape } from "../plan/shape.ts";

/** What a request to the mock upstream asks for. */
export interface Route {
  readonly protocol: BenchWire;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Undefined: it names no model of the benchmark. */
  readonly kind: Pick<Shape, "chunks" | "pace"> | undefined;
}

const geminiPath = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;
const conversePath = /^\/model\/([^/]+)\/(converse|converse-stream)$/;

/** Reads a request: its protocol from the path, model and stream from wherever that protocol has them. */
export function routeOf(target: string, body: Buffer): Route | undefined {
  const [path = "/", query = ""] = target.split("?", 2);
  if (path.endsWith("/chat/completions")) return bodyRoute("openai-chat", body);
  if (path.endsWith("/messages")) return bodyRoute("anthropic-messages", body);
  const [, model = "", verb = ""] = geminiPath.exec(path) ?? conversePath.exec(path) ?? [];
  if (verb === "") return undefined;
  const common = { includeUsage: true, kind: parseModelId(model) };
  if (verb.startsWith("converse")) {
    return { ...common, protocol: "bedrock-converse", stream: verb === "converse-stream" };
  }
  const stream = verb === "streamGenerateContent";
  // Without it the vendor streams one JSON array, which this mock does not.
  return stream && query !== "alt=sse" ? undefined : { ...common, protocol: "gemini", stream };
}

function bodyRoute(protocol: BenchWire, body: Buffer): Route {
  const at = body.indexOf('"model"');
  const start = at === -1 ? "" : body.toString("latin1", at, at + 200);
  const model = /^"model"\s*:\s*"([^"]*)"/.exec(start)?.[1] ?? "";
  return {
    protocol,
    stream: asks(body, "stream"),
    includeUsage: asks(body, "include_usage"),
    kind: parseModelId(model),
  };
}

function asks(body: Buffer, flag: string): boolean {
  return body.includes(`"${flag}":true`) || body.includes(`"${flag}": true`);
}
