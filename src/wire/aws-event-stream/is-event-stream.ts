/** Whether a content type is that of AWS event streams. */
export function isAwsEventStream(contentType: string): boolean {
  return contentType.trimStart().toLowerCase().startsWith("application/vnd.amazon.eventstream");
}
