import type { EmbeddingTask } from "./request.ts";

/** `taskType` of Google's API. Source: the Gemini API reference, "TaskType". */
const names: Readonly<Record<EmbeddingTask, string>> = {
  query: "RETRIEVAL_QUERY",
  document: "RETRIEVAL_DOCUMENT",
  similarity: "SEMANTIC_SIMILARITY",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
  question_answering: "QUESTION_ANSWERING",
  fact_verification: "FACT_VERIFICATION",
  code_query: "CODE_RETRIEVAL_QUERY",
};

const tasks = Object.keys(names) as readonly EmbeddingTask[];

export function toTaskType(task: EmbeddingTask): string {
  return names[task];
}

/** Undefined for a word that names no task, e.g. `TASK_TYPE_UNSPECIFIED`. */
export function fromTaskType(name: string): EmbeddingTask | undefined {
  return tasks.find((task) => names[task] === name);
}
