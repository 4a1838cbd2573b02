/** One server-sent event: its name, if it had one, and its `data:` lines joined with `\n`. */
export interface SseFrame {
  readonly event: string | undefined;
  readonly data: string;
}
