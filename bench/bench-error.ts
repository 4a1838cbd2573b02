/** Why a benchmark run cannot go on, and what the reader can do about it. */
export class BenchError extends Error {
  override readonly name = "BenchError";
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}
