import type { Socket } from "bun";

/** A TCP relay in front of a server, which takes the network away and gives it back. */
export interface TcpProxy extends Disposable {
  readonly port: number;
  /** Cuts every connection and refuses new ones. */
  cut(): void;
  /** Keeps every connection and passes nothing on, as a network does that swallows packets. */
  swallow(): void;
  /** Lets everything through again; what was swallowed stays lost. */
  restore(): void;
}

interface Relay {
  other: Socket<Relay> | undefined;
  /** What came before the other side was connected. */
  early: Uint8Array[];
}

/** Starts a relay to a port of this machine. */
export function startTcpProxy(target: number): TcpProxy {
  let state: "open" | "cut" | "swallowing" = "open";
  const sockets = new Set<Socket<Relay>>();

  function close(socket: Socket<Relay>): void {
    sockets.delete(socket);
    socket.data.other?.end();
  }
  function pass(socket: Socket<Relay>, bytes: Uint8Array): void {
    if (state === "swallowing") return;
    const { other } = socket.data;
    if (other === undefined) socket.data.early.push(Uint8Array.from(bytes));
    else write(other, bytes);
  }
  const handlers = { data: pass, close, error: close };
  const listener = Bun.listen<Relay>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      ...handlers,
      open(client) {
        client.data = { other: undefined, early: [] };
        if (state === "cut") return void client.terminate();
        sockets.add(client);
        Bun.connect<Relay>({
          hostname: "127.0.0.1",
          port: target,
          data: { other: client, early: [] },
          socket: {
            ...handlers,
            open(server) {
              sockets.add(server);
              client.data.other = server;
              for (const bytes of client.data.early.splice(0)) write(server, bytes);
            },
          },
        }).catch(() => client.terminate());
      },
    },
  });
  function cut(): void {
    state = "cut";
    for (const socket of sockets) socket.terminate();
    sockets.clear();
  }
  return {
    port: listener.port,
    cut,
    swallow() {
      state = "swallowing";
    },
    restore() {
      // A connection that lost bytes would be out of step for ever.
      if (state === "swallowing") cut();
      state = "open";
    },
    [Symbol.dispose]() {
      cut();
      listener.stop(true);
    },
  };
}

/** All of it, in order: what a socket does not take at once waits its turn behind a queue of its own. */
const waiting = new WeakMap<Socket<Relay>, Promise<void>>();

function write(socket: Socket<Relay>, bytes: Uint8Array): void {
  const copy = Uint8Array.from(bytes);
  const before = waiting.get(socket) ?? Promise.resolve();
  waiting.set(
    socket,
    before.then(async () => {
      let sent = 0;
      while (sent < copy.length && socket.readyState > 0) {
        const taken = socket.write(copy.subarray(sent));
        if (taken < 0) return;
        sent += taken;
        if (sent < copy.length) await Bun.sleep(1);
      }
    }),
  );
}
