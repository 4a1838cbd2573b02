/** Whether a content type is that of server-sent events; some vendors add parameters. */
export function isEventStream(contentType: string): boolean {
  return contentType.trimStart().toLowerCase().startsWith("text/event-stream");
}
