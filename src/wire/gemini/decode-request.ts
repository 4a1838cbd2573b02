import type { SystemPart } from "../neutral/part.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { camelKeys } from "./camel-keys.ts";
import { decodeConfig } from "./decode-config.ts";
import { decodeContents } from "./decode-contents.ts";
import { decodeToolConfig, decodeTools } from "./decode-tools.ts";

const knownFields: ReadonlySet<string> = new Set([
  "model",
  "stream",
  "contents",
  "systemInstruction",
  "tools",
  "toolConfig",
  "generationConfig",
  "serviceTier",
]);

/**
 * The body of `POST /v1beta/models/{model}:generateContent`, with `model` and `stream`, which the path says, filled in as
 * fields. Throws `invalid_request` with the path of the field at fault, in camel case.
 */
export function decodeRequest(value: unknown): NeutralRequest {
  const body = new ObjectReader(camelKeys(value), "");
  const extra: Record<string, unknown> = body.rest(knownFields);
  const tools = decodeTools(body);
  const stream = body.optionalBoolean("stream") ?? false;
  const serviceTier = body.optionalString("serviceTier");
  const { extra: configExtra, ...config } = decodeConfig(body);
  return {
    model: (body.optionalString("model") ?? "").replace(/^models\//, ""),
    system: decodeSystem(body),
    messages: decodeContents(body),
    tools,
    ...decodeToolConfig(body, tools),
    ...config,
    stream,
    includeUsage: stream,
    ...(serviceTier !== undefined && { serviceTier: serviceTier.toLowerCase() }),
    extra: { ...extra, ...configExtra },
  };
}

/** The body of `:countTokens`: contents alone, or a whole request under `generateContentRequest`. */
export function decodeCountRequest(value: unknown): NeutralRequest {
  const body = new ObjectReader(camelKeys(value), "");
  const whole = body.optionalObject("generateContentRequest");
  if (whole === undefined) return decodeRequest(value);
  if (body.has("contents")) invalid("contents", "must not be sent together with `generateContentRequest`");
  return decodeRequest({ ...whole.value, model: body.value.model ?? whole.value.model });
}

/** Text only, whatever its role; clients also send a bare string. */
function decodeSystem(body: ObjectReader): readonly SystemPart[] {
  if (!body.has("systemInstruction")) return [];
  const { systemInstruction } = body.value;
  if (typeof systemInstruction === "string")
    return [{ type: "text", text: systemInstruction, role: "system" }];
  const instruction = body.object("systemInstruction");
  return instruction.optionalArray("parts").map((entry, i): SystemPart => {
    const part = new ObjectReader(entry, `${instruction.at("parts")}[${i}]`);
    return { type: "text", text: part.string("text"), role: "system" };
  });
}
