import { afterAll, beforeAll, expect, test } from "bun:test";
import type { TCPSocketListener } from "bun";
import { HttpClient } from "./http-client.ts";

/** Far more than any kernel takes for a socket that nobody reads. */
const answerBytes = 24 * 1024 * 1024;
const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${answerBytes}\r\n\r\n`;
const connections = 40;

/** Bytes each connection still has to send. */
interface Left {
  bytes: number;
}

let server: TCPSocketListener<Left>;
const open: Left[] = [];

beforeAll(() => {
  const block = Buffer.alloc(64 * 1024, "x");
  const send = (socket: Bun.Socket<Left>) => {
    while (socket.data.bytes > 0) {
      const written = socket.write(block.subarray(0, socket.data.bytes));
      if (written <= 0) return;
      socket.data.bytes -= written;
    }
  };
  server = Bun.listen<Left>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { bytes: answerBytes };
        open.push(socket.data);
      },
      data(socket) {
        socket.write(head);
        send(socket);
      },
      drain: send,
    },
  });
});
afterAll(() => server.stop(true));

test("streams whose readers stop are read ahead by some kilobytes each, not by what their server has", async () => {
  const client = new HttpClient();
  const stop = new AbortController();
  const call = {
    target: `http://127.0.0.1:${server.port}`,
    ...{
      serverName: undefined,
      method: "GET" as const,
      path: "/",
      host: "vendor",
      headers: {},
      body: undefined,
    },
  } as const;
  const before = process.memoryUsage().arrayBuffers;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const { body } = await client.call({ ...call, signal: stop.signal });
      await body?.getReader().read();
    }),
  );
  await Bun.sleep(300);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(connections * 160 * 1024);
  // What left the server is in the kernel's buffers at both ends.
  for (const { bytes } of open) expect(bytes).toBeGreaterThan(answerBytes / 3);
  expect(open).toHaveLength(connections);
  stop.abort();
});
