import { answerIds, tokenReach } from "../affinity/state-tokens.ts";
import type { ByteSource } from "../call.ts";
import type { Execution } from "../execution.ts";

/** Remembers who keeps a whole answer; false when it is still being made. */
export function rememberAnswer(execution: Execution, answer: unknown): boolean {
  const kept = execution.call.surface.keptOf?.(answer);
  if (kept === undefined) return true;
  if (kept.stored) remember(execution, kept.id, { open: !kept.done });
  return kept.done;
}

/** The same for a stream, whose first event says the id; its usage is read as it goes by. */
export function watchAnswer(execution: Execution, source: ByteSource): ByteSource {
  if (execution.call.surface.keptOf === undefined) return source;
  let before: Uint8Array | undefined = new Uint8Array();
  const look = async () => {
    const chunk = await source.read();
    if (chunk === undefined || before === undefined) return chunk;
    const whole: Uint8Array = Buffer.concat([before, Buffer.from(chunk)]);
    const [id] = answerIds(whole);
    if (id !== undefined) remember(execution, id, { open: false });
    // A copy: the engine uses its buffers again.
    before =
      id === undefined ? new Uint8Array(whole.subarray(Math.max(0, whole.length - tokenReach))) : undefined;
    return chunk;
  };
  return { read: () => (before === undefined ? source.read() : look()), cancel: () => source.cancel() };
}

function remember(
  { context, call, candidate }: Execution,
  id: string,
  { open }: { readonly open: boolean },
): void {
  const { provider, model } = candidate.target;
  const { org, config } = call.key;
  const answer = { providerId: provider.config.id, modelId: model.id, keyId: config.id, open };
  context.keptAnswers.remember({ orgId: org.id, id }, answer);
}
