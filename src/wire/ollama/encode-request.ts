import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions, Quirks } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeExtra, encodeOptions } from "./encode-options.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { encodeThink } from "./encode-think.ts";
import { encodeTools } from "./encode-tools.ts";
import type { OllamaQuirks } from "./schema.ts";

/** The tree as the body of `POST /api/chat`. `stream` is always said, since the server's default is to stream. */
export function encodeRequest(request: NeutralRequest, options: EncodeRequestOptions): string {
  const { traits, losses } = options;
  const scope: EncodeScope = { traits, losses };
  const quirks = readQuirks(options.quirks);
  const think = encodeThink(request, scope);
  return JSON.stringify({
    model: options.model,
    messages: encodeMessages(request, scope),
    ...encodeTools(request, scope),
    ...encodeFormat(request, scope),
    ...(think !== undefined && { think }),
    ...encodeOptions(request, { scope, quirks }),
    ...encodeExtra(request, { scope, quirks }),
    stream: request.stream,
  });
}

/** `format`: the word "json", or a schema that the answer is bound to as it is written. */
function encodeFormat({ outputFormat: format }: NeutralRequest, { losses }: EncodeScope): JsonObject {
  if (format === undefined || format.type === "text") return {};
  if (format.type === "json_object") return { format: "json" };
  if (format.description !== undefined) losses.add("response_format.json_schema.description", "dropped");
  return { format: format.schema };
}

function readQuirks({ num_ctx: context, keep_alive: keepAlive }: Quirks): OllamaQuirks {
  return {
    ...(typeof context === "number" && { num_ctx: context }),
    ...(typeof keepAlive === "string" && { keep_alive: keepAlive }),
  };
}
