/** Whether a content type says that each line of the body is one JSON value. */
export function isNdjson(contentType: string): boolean {
  return /^\s*application\/(x-)?(ndjson|jsonlines|jsonl)\b/i.test(contentType);
}
