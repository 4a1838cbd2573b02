import { PenstockError } from "../../errors/penstock-error.ts";

/** Runs `work` for at most `ms`, or until `stop`: it gets a signal, and if it does not heed it, is no longer waited for. */
export async function withDeadline<T>(
  limits: { readonly ms: number; readonly stop?: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { ms, stop } = limits;
  const controller = new AbortController();
  let end: (reason: PenstockError) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      reject(reason);
      controller.abort();
    };
  });
  const stopped = () => end(new PenstockError("shutting_down"));
  const timer = setTimeout(
    () => end(new PenstockError("upstream_timeout", { fields: { provider: "", seconds: ms / 1000 } })),
    ms,
  );
  stop?.addEventListener("abort", stopped);
  try {
    if (stop?.aborted) stopped();
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener("abort", stopped);
  }
}
