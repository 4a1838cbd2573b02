/** A port of the loopback interface that nobody listens on. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** Waits until somebody listens; throws after ten seconds. */
export async function untilOpen(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isOpen(port))) {
    if (Date.now() > deadline) throw new Error(`Nobody opened port ${port} in ten seconds.`);
    await Bun.sleep(10);
  }
}

function isOpen(port: number): Promise<boolean> {
  return Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).then(
    (socket) => {
      socket.end();
      return true;
    },
    () => false,
  );
}
