import { PenstockError } from "../../errors/penstock-error.ts";
import { defined } from "../defined.ts";
import type { SystemPart } from "../neutral/part.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import { invalid, ObjectReader, readString, unitInterval } from "../read-json.ts";
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
  const maxOutputTokens = body.optionalInteger("max_tokens", notNegative);
  const userId = decodeUserId(body, extra);
  const serviceTier = body.optionalString("service_tier");
  const autoCache = readCache(body);
  const stream = body.optionalBoolean("stream") ?? false;
  const model = body.optionalString("model") ?? "";
  const system = decodeSystem(body);
  const messages = decodeMessages(body, extra);
  const { toolChoice, parallelToolCalls } = decodeToolChoice(body, tools);
  return defined({
    model,
    system,
    messages,
    tools,
    toolChoice,
    parallelToolCalls,
    outputFormat,
    reasoning,
    maxOutputTokens,
    temperature: body.optionalNumber("temperature", unitInterval),
    topP: body.optionalNumber("top_p", unitInterval),
    topK: body.optionalInteger("top_k", notNegative),
    stop: body.optionalArray("stop_sequences").map((value, i) => readString(value, `stop_sequences.${i}`)),
    stream,
    includeUsage: stream,
    userId,
    serviceTier,
    autoCache,
    extra,
  });
}

const notNegative = { min: 0 };

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

const metadataFields: ReadonlySet<string> = new Set(["user_id"]);

function decodeUserId(body: ObjectReader, extra: Extra): string | undefined {
  const metadata = body.optionalObject("metadata");
  if (metadata === undefined) return undefined;
  const rest = metadata.rest(metadataFields);
  for (const field of Object.keys(rest)) extra[metadata.at(field)] = rest[field];
  return metadata.optionalString("user_id");
}
