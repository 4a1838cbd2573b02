import { z } from "zod";
import { firstIssue } from "../shared/first-issue.ts";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { mockVector } from "../shared/mock-vector.ts";
import { tokensOf } from "../shared/token-count.ts";
import { chatError, shapeError } from "./error.ts";
import type { ChatModel } from "./models.ts";

const token = z.number().int().min(0);
const text = z.string().min(1);

/** `POST /v1/embeddings`. Source: OpenAI API reference, "Create embeddings". */
const embeddingsRequest = z.strictObject({
  model: z.string(),
  input: z.union([
    text,
    z.array(text).min(1).max(2048),
    z.array(token).min(1).max(2048),
    z.array(z.array(token).min(1)).min(1).max(2048),
  ]),
  encoding_format: z.enum(["float", "base64"]).optional(),
  dimensions: z.number().int().min(1).optional(),
  user: z.string().optional(),
});

const fullSize = 1536;
const longestInput = 8192;

/** The vendor's refusal; undefined when it would answer. */
export function checkEmbeddings(
  request: RecordedRequest,
  models: readonly ChatModel[],
): VendorAnswer | undefined {
  if (request.body === undefined) return chatError({ message: "We could not parse the JSON body." });
  const parsed = embeddingsRequest.safeParse(request.body);
  if (!parsed.success) return shapeError(firstIssue(parsed.error));
  const { model, dimensions } = parsed.data;
  const found = models.find(({ id }) => id === model);
  if (found === undefined) {
    const message = `The model \`${model}\` does not exist or you do not have access to it.`;
    return chatError({ status: 404, message, code: "model_not_found" });
  }
  if (found.kind !== "embedding") {
    return chatError({ status: 403, message: "You are not allowed to generate embeddings from this model" });
  }
  if (dimensions !== undefined && dimensions > fullSize) {
    return chatError({ message: `Invalid value for 'dimensions' = ${dimensions}.`, param: "dimensions" });
  }
  if (inputsOf(request).some((input) => sizeOf(input) > longestInput)) {
    const message = `This model's maximum context length is ${longestInput} tokens, however you requested more.`;
    return chatError({ message, code: "context_length_exceeded" });
  }
  return undefined;
}

export function answerEmbeddings(request: RecordedRequest): VendorAnswer {
  const { model, dimensions, encoding_format } = embeddingsRequest.parse(request.body);
  const inputs = inputsOf(request);
  const tokens = inputs.reduce((sum: number, input) => sum + sizeOf(input), 0);
  return {
    json: {
      object: "list",
      data: inputs.map((input, index) => {
        const vector = mockVector(input, dimensions ?? fullSize);
        const embedding =
          encoding_format === "base64"
            ? Buffer.from(new Float32Array(vector).buffer).toString("base64")
            : vector;
        return { object: "embedding", index, embedding };
      }),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  };
}

function inputsOf(request: RecordedRequest): readonly (string | readonly number[])[] {
  const { input } = embeddingsRequest.parse(request.body);
  if (typeof input === "string") return [input];
  return typeof input[0] === "number" ? [input as number[]] : (input as (string | number[])[]);
}

function sizeOf(input: string | readonly number[]): number {
  return typeof input === "string" ? tokensOf(input) : input.length;
}
