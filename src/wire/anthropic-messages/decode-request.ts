import { PenstockError } from "../../errors/penstock-error.ts";
import type { SystemPart } from "../neutral/part.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import { invalid, ObjectReader, readString } from "../read-json.ts";
import { readCache } from "./cache-control.ts";
import type { Extra } from "./decode-blocks.ts";
import { decodeBlocks, decodeTextOnly } from "./decode-content.ts";
import { decodeMessages } from "./decode-messages.ts";
import { decodeOutputFormat, decodeReasoning } from "./decode-reasoning.ts";
import { decodeToolChoice, decodeTools } from "./decode-tools.ts";

const knownFields: ReadonlySet<string> = new Set([
  "model",
  "max_tokens",
  "messages",
  "system",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "stream",
  "thinking",
  "output_config",
  "output_format",
  "tools",
  "tool_choice",
  "metadata",
  "service_tier",
  "cache_control",
]);

/**
 * The body of `POST /v1/messages`. Throws `invalid_request` with the path of the field at fault. A missing model is
 * left empty: the gateway may have a default.
 */
export function decodeRequest(body: unknown): NeutralRequest {
  const reader = new ObjectReader(body, "");
  if (!reader.has("max_tokens")) invalid("max_tokens", "is required");
  return readRequest(reader);
}

/** The body of `POST /v1/messages/count_tokens`: the same, and nothing says how long an answer may be. */
export function decodeCountRequest(body: unknown): NeutralRequest {
  return readRequest(new ObjectReader(body, ""));
}

function readRequest(body: ObjectReader): NeutralRequest {
  if (body.has("thread")) refuseThread();
  const extra: Extra = body.rest(knownFields);
  const tools = decodeTools(body, extra);
  const outputFormat = decodeOutputFormat(body, extra);
  const reasoning = decodeReasoning(body, extra);
  const maxOutputTokens = body.optionalInteger("max_tokens", { min: 0 });
  const userId = decodeUserId(body, extra);
  const serviceTier = body.optionalString("service_tier");
  const autoCache = readCache(body).cache;
  const stream = body.optionalBoolean("stream") ?? false;
  return {
    model: body.optionalString("model") ?? "",
    system: decodeSystem(body),
    messages: decodeMessages(body, extra),
    tools,
    ...decodeToolChoice(body, tools),
    ...(outputFormat !== undefined && { outputFormat }),
    ...(reasoning !== undefined && { reasoning }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...decodeSampling(body),
    stop: body.optionalArray("stop_sequences").map((value, i) => readString(value, `stop_sequences.${i}`)),
    stream,
    includeUsage: stream,
    ...(userId !== undefined && { userId }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(autoCache !== undefined && { autoCache }),
    extra,
  };
}

/**
 * Conversations are kept by this protocol's own vendor only. Refused by the name that makes the official client send the
 * whole of them instead; taken for granted, its next turn would lack all that came before.
 */
function refuseThread(): never {
  throw new PenstockError("thread_unsupported", {
    param: "thread",
    facts: { error_code: "thread_unsupported_request", unsupported: ["model"] },
  });
}

function decodeSampling(body: ObjectReader): Pick<NeutralRequest, "temperature" | "topP" | "topK"> {
  const temperature = body.optionalNumber("temperature", { min: 0, max: 1 });
  const topP = body.optionalNumber("top_p", { min: 0, max: 1 });
  const topK = body.optionalInteger("top_k", { min: 0 });
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
  };
}

function decodeSystem(body: ObjectReader): readonly SystemPart[] {
  if (!body.has("system")) return [];
  const system = body.value.system;
  if (typeof system === "string")
    return system === "" ? [] : [{ type: "text", text: system, role: "system" }];
  return decodeBlocks(system, {
    path: "system",
    decodeBlock: (block) => ({ ...decodeTextOnly(block), role: "system" }),
  });
}

function decodeUserId(body: ObjectReader, extra: Extra): string | undefined {
  const metadata = body.optionalObject("metadata");
  if (metadata === undefined) return undefined;
  for (const [field, value] of Object.entries(metadata.rest(new Set(["user_id"])))) {
    extra[metadata.at(field)] = value;
  }
  return metadata.optionalString("user_id");
}
