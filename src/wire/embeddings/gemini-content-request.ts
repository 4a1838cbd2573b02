import { invalid, isObject, type ObjectReader, readArray } from "../read-json.ts";
import { fromTaskType } from "./gemini-tasks.ts";
import type { EmbeddingInput, EmbeddingRequest } from "./request.ts";

/** One `EmbedContentRequest`. */
export interface ContentRequest extends Pick<EmbeddingRequest, "dimensions" | "task" | "extra"> {
  readonly input: EmbeddingInput;
  /** What stands in front of the names of its fields. */
  readonly at: string;
}

const known: ReadonlySet<string> = new Set(["model", "content", "taskType", "outputDimensionality"]);
const unspecified = "TASK_TYPE_UNSPECIFIED";

/**
 * Reads one request of its API, keys in camel case.
 *
 * @throws PenstockError `invalid_request` that names the field at fault.
 */
export function readContentRequest(body: ObjectReader): ContentRequest {
  const dimensions = body.optionalInteger("outputDimensionality", { min: 1 });
  const taskType = body.optionalString("taskType") ?? unspecified;
  const task = fromTaskType(taskType);
  if (task === undefined && taskType !== unspecified) invalid(body.at("taskType"), "names no task");
  return {
    input: readContent(body.object("content")),
    ...(dimensions !== undefined && {
      dimensions: { value: dimensions, field: body.at("outputDimensionality") },
    }),
    ...(task !== undefined && { task: { value: task, field: body.at("taskType") } }),
    extra: Object.keys(body.rest(known)).map((key) => body.at(key)),
    at: body.path === "" ? "" : `${body.path}.`,
  };
}

/** The parts of a content are one input. */
function readContent(content: ObjectReader): EmbeddingInput {
  const path = content.at("parts");
  const parts = readArray(content.value.parts, path);
  if (parts.length === 0) return invalid(path, "must not be empty");
  const texts = parts.map((part, i) => readPart(part, `${path}[${i}]`));
  if (texts.includes(undefined)) return { type: "native", path };
  const text = texts.join("");
  return text === "" ? invalid(path, "must hold some text") : { type: "text", text, path };
}

/** Undefined: something else than text. */
function readPart(part: unknown, path: string): string | undefined {
  if (!isObject(part)) return invalid(path, "must be an object");
  const { text } = part;
  if (text === undefined) {
    return Object.keys(part).length > 0 ? undefined : invalid(path, "must not be empty");
  }
  return typeof text === "string" ? text : invalid(`${path}.text`, "must be a string");
}
