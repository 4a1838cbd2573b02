import { z } from "zod";
import { firstIssue } from "../shared/first-issue.ts";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { mockVector } from "../shared/mock-vector.ts";
import { geminiError, invalid, shapeError } from "./error.ts";
import type { GeminiModel } from "./models.ts";

const content = z.strictObject({
  role: z.string().optional(),
  parts: z.array(z.strictObject({ text: z.string().min(1) })).min(1),
});

const taskTypes = [
  "TASK_TYPE_UNSPECIFIED",
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
  "QUESTION_ANSWERING",
  "FACT_VERIFICATION",
  "CODE_RETRIEVAL_QUERY",
] as const;

const embedRequest = z.strictObject({
  model: z.string().optional(),
  content,
  taskType: z.enum(taskTypes).optional(),
  title: z.string().optional(),
  outputDimensionality: z.number().int().min(1).max(3072).optional(),
});

/** Source: the Gemini API reference, "embedContent" and "batchEmbedContents". */
const batchRequest = z.strictObject({
  requests: z
    .array(embedRequest.extend({ model: z.string() }))
    .min(1)
    .max(100),
});

const path = /^\/v1beta\/models\/([^/:]+):(embedContent|batchEmbedContents)$/;

export function isEmbedding(request: RecordedRequest): boolean {
  return path.test(request.path);
}

/** The vendor's refusal; undefined when it would answer. */
export function checkEmbedding(
  request: RecordedRequest,
  models: readonly GeminiModel[],
): VendorAnswer | undefined {
  const [, encoded = "", verb = ""] = path.exec(request.path) ?? [];
  const id = decodeURIComponent(encoded);
  const model = models.find((each) => each.id === id);
  if (model?.methods.includes("embedContent") !== true) {
    return geminiError(
      404,
      `models/${id} is not found for API version v1beta, or is not supported for ${verb}.`,
    );
  }
  if (request.body === undefined) return invalid("Invalid JSON payload received.");
  const parsed = (verb === "embedContent" ? embedRequest : batchRequest).safeParse(request.body);
  if (!parsed.success) return shapeError(firstIssue(parsed.error));
  const names =
    "requests" in parsed.data ? parsed.data.requests.map((each) => each.model) : [parsed.data.model];
  const wrong = names.some((name) => name !== undefined && name !== `models/${id}`);
  return wrong ? invalid("The model of the request must match the path.") : undefined;
}

/** Without usage, as the vendor's first embedding models answer. */
export function answerEmbedding({ path: asked, body }: RecordedRequest): VendorAnswer {
  if (asked.endsWith(":embedContent")) return { json: { embedding: vectorOf(embedRequest.parse(body)) } };
  return { json: { embeddings: batchRequest.parse(body).requests.map(vectorOf) } };
}

function vectorOf({ content: { parts }, taskType, outputDimensionality }: z.infer<typeof embedRequest>) {
  const text = parts.map((part) => part.text).join("");
  return { values: mockVector([text, taskType ?? taskTypes[0]], outputDimensionality ?? 3072) };
}
