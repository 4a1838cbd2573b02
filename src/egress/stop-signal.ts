/** What ends an exchange: as much of an `AbortSignal` as is used, so that who calls often need not make one. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Why, once it is. */
  readonly reason: unknown;
  addEventListener(type: "abort", listener: { handleEvent(): void }): void;
  removeEventListener(type: "abort", listener: { handleEvent(): void }): void;
}

/** The same for the runtime's `fetch`, which takes no other. */
export function toAbortSignal(stop: StopSignal): AbortSignal {
  if (stop instanceof AbortSignal) return stop;
  const controller = new AbortController();
  if (stop.aborted) controller.abort(stop.reason);
  else stop.addEventListener("abort", { handleEvent: () => controller.abort(stop.reason) });
  return controller.signal;
}
