import { attendWorker, type WorkerAttendance } from "./attend-worker.ts";
import type { PrimaryDuties } from "./primary-duties.ts";
import { type Seat, seatEnvironment } from "./seat.ts";
import { watchWorker } from "./watch-worker.ts";

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | number | null;
}

/** A worker that runs. */
export interface WorkerProcess extends Pick<WorkerAttendance, "channel" | "joined"> {
  readonly pid: number;
  /** Whether it takes connections. */
  listening(): boolean;
  /** Resolves when it takes connections; never when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended and all it said was heard. */
  readonly ended: Promise<WorkerEnd>;
  kill(): void;
}

/** Milliseconds after a worker's end in which what is left in the pipe must have been read. */
const lastWordsMs = 500;

/** Starts the program that this process runs once more, as a worker. */
export function spawnWorker(
  seat: Seat,
  { duties, onPresence }: { readonly duties: PrimaryDuties; readonly onPresence: () => void },
): WorkerProcess {
  let listening = false;
  let becomeReady = () => {};
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });
  let hangUp = () => {};
  const hungUp = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  const attendance = attendWorker(send, {
    duties,
    onListening(now) {
      listening = now;
      if (now) becomeReady();
      onPresence();
    },
  });
  const child = Bun.spawn([process.execPath, ...process.execArgv, process.argv[1] ?? "", "serve"], {
    env: { ...process.env, ...seatEnvironment(seat) },
    stdio: ["ignore", "inherit", "inherit"],
    serialization: "json",
    ipc: (packet) => attendance.channel.receive(packet),
    onDisconnect: () => hangUp(),
  });

  function send(packet: unknown): void {
    try {
      child.send(packet);
    } catch {
      // It has just ended; whoever waits for an answer is told so when that is noticed.
    }
  }

  const unwatch = watchWorker({
    ask: (ms) => attendance.channel.ask("sync", {}, ms),
    onHung() {
      duties.log({ level: "error", event: "worker_hung", fields: { worker: seat.index, pid: child.pid } });
      child.kill("SIGKILL");
    },
  });

  async function end(): Promise<WorkerEnd> {
    await child.exited;
    unwatch();
    await Promise.race([hungUp, Bun.sleep(lastWordsMs)]);
    listening = false;
    attendance.close();
    onPresence();
    return { code: child.exitCode, signal: child.signalCode };
  }

  return {
    channel: attendance.channel,
    joined: attendance.joined,
    pid: child.pid,
    listening: () => listening,
    ready,
    ended: end(),
    kill: () => child.kill("SIGKILL"),
  };
}
