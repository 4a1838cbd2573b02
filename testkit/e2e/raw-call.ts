import type { TestPenstock } from "../penstock.ts";

/** A call over a socket of its own that takes what it wants: `fetch` reads on in the background. */
export interface RawCall {
  /** The beginning of the answer, headers first; nothing more is read after it. */
  readonly begun: Promise<string>;
  /** Cuts the connection. */
  leave(): void;
}

/** POSTs JSON with the gateway key and reads no more of the answer than its first bytes. */
export async function startRawCall(
  { url, gatewayKey }: Pick<TestPenstock, "url" | "gatewayKey">,
  { path, body }: { readonly path: string; readonly body: unknown },
): Promise<RawCall> {
  const { hostname, port } = new URL(url);
  const begun = Promise.withResolvers<string>();
  const text = Buffer.from(JSON.stringify(body));
  const head =
    `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${gatewayKey}\r\n` +
    `content-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n`;
  let unsent = Buffer.concat([Buffer.from(head), text]);
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      drain(each) {
        unsent = unsent.subarray(each.write(unsent));
      },
      data(each, bytes) {
        each.pause();
        begun.resolve(bytes.toString("latin1"));
      },
    },
  });
  unsent = unsent.subarray(socket.write(unsent));
  return { begun: begun.promise, leave: () => void socket.terminate() };
}
