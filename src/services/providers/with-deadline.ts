import { PenstockError } from "../../errors/penstock-error.ts";

/** Runs `work` for at most `ms`: it gets a signal, and if it does not heed it, is no longer waited for. */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new PenstockError("upstream_timeout", { fields: { provider: "", seconds: ms / 1000 } }));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
