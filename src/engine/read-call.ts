import { PenstockError } from "../errors/penstock-error.ts";
import { parseBody, readField, scanTopLevel, type TopLevel } from "../wire/json/top-level.ts";
import type { Call } from "./call.ts";
import { type Resolution, resolve } from "./resolve.ts";

/** The few fields every call is routed by, and where they stand in the body. */
export interface RoutedCall {
  readonly scan: TopLevel;
  readonly resolution: Resolution;
  readonly stream: boolean;
}

/** Characters of a model's name that are kept of what callers send. */
const longestName = 400;

/**
 * Reads what routing needs without parsing the rest of the body; tells `asked` which model was named, also when it leads nowhere.
 *
 * @throws PenstockError `invalid_json`, `invalid_request` (`model`, `stream`), and what `resolve` throws.
 */
export function readCall(call: Call, asked: { requestedModel: string }): RoutedCall {
  const scan = scanTopLevel(call.body);
  const model = call.pathModel ?? readModel(call.body, scan);
  // A name that leads nowhere is in the ledger, too, but not at any length.
  asked.requestedModel = model?.slice(0, longestName) ?? "";
  const kind = call.operation === "embed" || call.operation === "embed_batch" ? "embedding" : "chat";
  const resolution = resolve({ key: call.key, model, provider: call.provider, kind });
  return { scan, resolution, stream: call.pathStream ?? readStream(call.body, scan) };
}

/** The body as the surface's decoder wants it: parsed, with what the path said and the model that was resolved filled in. */
export function parsedBody(call: Call, routed: RoutedCall): unknown {
  const body = parseBody(call.body);
  const named = call.pathModel !== undefined || routed.resolution.defaulted;
  if (!named || typeof body !== "object" || body === null) return body;
  const stream = call.pathStream === undefined ? {} : { stream: call.pathStream };
  return { ...body, model: routed.resolution.name, ...stream };
}

function readModel(body: Uint8Array, scan: TopLevel): string | undefined {
  const model = readField(body, scan, "model");
  if (model === undefined || model === null || model === "") return undefined;
  if (typeof model === "string") return model;
  throw new PenstockError("invalid_request", {
    fields: { reason: "`model` must be a string." },
    param: "model",
  });
}

function readStream(body: Uint8Array, scan: TopLevel): boolean {
  const stream = readField(body, scan, "stream");
  if (stream === undefined || stream === null) return false;
  if (typeof stream === "boolean") return stream;
  throw new PenstockError("invalid_request", {
    fields: { reason: "`stream` must be true or false." },
    param: "stream",
  });
}
