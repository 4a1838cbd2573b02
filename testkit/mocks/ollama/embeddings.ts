import { z } from "zod";
import { firstIssue } from "../shared/first-issue.ts";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { mockVector } from "../shared/mock-vector.ts";
import { tokensOf } from "../shared/token-count.ts";
import type { OllamaModel } from "./models.ts";

const fullSize = 768;

/** `POST /api/embed`. Source: Ollama's API reference, "Generate Embeddings". */
const embedRequest = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  truncate: z.boolean().optional(),
  dimensions: z.number().int().min(1).max(fullSize).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

/** The server's refusal; undefined when it would answer. */
export function checkEmbed({ body }: RecordedRequest, model: OllamaModel): VendorAnswer | undefined {
  const parsed = embedRequest.safeParse(body);
  if (!parsed.success) {
    const { path, message } = firstIssue(parsed.error);
    return refuse(400, `json: ${path.join(".")}: ${message}`);
  }
  if (!model.capabilities.includes("embedding")) {
    return refuse(501, "this model does not support embeddings");
  }
  const tooLong = [parsed.data.input].flat().some((text) => tokensOf(text) > model.contextLength);
  return tooLong && parsed.data.truncate === false
    ? refuse(400, "the input length exceeds the context length")
    : undefined;
}

export function answerEmbed({ body }: RecordedRequest): VendorAnswer {
  const { model, input, dimensions } = embedRequest.parse(body);
  const texts = [input].flat();
  return {
    json: {
      model,
      embeddings: texts.map((text) => mockVector(text, dimensions ?? fullSize)),
      total_duration: 14_143_917,
      load_duration: 1_019_500,
      prompt_eval_count: texts.reduce((sum, text) => sum + tokensOf(text), 0),
    },
  };
}

function refuse(status: number, error: string): VendorAnswer {
  return { status, json: { error } };
}
