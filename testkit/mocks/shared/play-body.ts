import type { Pace } from "./scripted-reply.ts";

/** The body as a stream that leaves in the pieces and at the times `pace` says. */
export function playBody(body: Uint8Array, pace: Pace): ReadableStream<Uint8Array> {
  const pieces = cut(body.subarray(0, pace.dropAfter ?? pace.silentAfter ?? body.length), pace);
  const betweenMs = pace.betweenMs ?? 1;
  let next = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces[next];
      if (piece !== undefined) {
        if (next > 0) await Bun.sleep(betweenMs);
        next += 1;
        controller.enqueue(piece);
        return;
      }
      if (pace.silentAfter !== undefined) return new Promise(() => {});
      if (pace.dropAfter === undefined) return controller.close();
      // The last piece must have left before the connection is cut.
      await Bun.sleep(Math.max(betweenMs, 20));
      controller.error(new ConnectionDropped());
    },
  });
}

/** Thrown inside the mock to cut a connection; never seen by a client. */
export class ConnectionDropped extends Error {
  override readonly name = "ConnectionDropped";
}

function cut(body: Uint8Array, { cutAt, chunkBytes }: Pace): readonly Uint8Array[] {
  const offsets = new Set(cutAt ?? []);
  if (chunkBytes !== undefined) for (let at = chunkBytes; at < body.length; at += chunkBytes) offsets.add(at);
  const inside = [...offsets].filter((at) => at > 0 && at < body.length).sort((a, b) => a - b);
  const starts = [0, ...inside];
  return starts
    .map((start, index) => body.slice(start, starts[index + 1]))
    .filter(({ length }) => length > 0);
}
