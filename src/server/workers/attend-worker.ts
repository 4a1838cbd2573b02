import { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";
import { OpenClaims } from "./open-claims.ts";
import type { PrimaryDuties } from "./primary-duties.ts";

/** A worker is told of so many records together, long before it doubts; its pipe and its memory hold more. */
const confirmEach = 16;
/** Milliseconds after which it is told of fewer. */
const confirmMs = 100;

/** The primary's side of the pipe to one worker. */
export interface WorkerAttendance {
  readonly channel: Channel<PrimarySays, WorkerSays>;
  /** Whether changes of the configuration wait for it. */
  joined(): boolean;
  /** After its end: what it still held is given back. */
  close(): void;
}

/** Does for one worker what `duties` say. */
export function attendWorker(
  send: (packet: unknown) => void,
  {
    duties,
    onListening,
  }: { readonly duties: PrimaryDuties; readonly onListening: (listening: boolean) => void },
): WorkerAttendance {
  const claims = new OpenClaims(duties.limits);
  let joined = false;
  let heard = 0;
  let told = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(upTo: number): void {
    if (upTo <= told) return;
    told = upTo;
    channel.tell("written", { upTo });
  }

  function confirm(): void {
    if (heard - told >= confirmEach && duties.keeps()) tell(heard);
    else timer ??= setTimeout(() => void flush(), confirmMs);
  }

  async function flush(): Promise<void> {
    timer = undefined;
    const upTo = heard;
    try {
      if (!duties.keeps()) await duties.flush();
      tell(upTo);
    } catch {
      // The worker keeps them as long as nobody else has them safe.
    }
    if (told < heard) confirm();
  }

  const channel = new Channel<PrimarySays, WorkerSays>(send, {
    notices: {
      record({ number, record }) {
        duties.usage.add(record);
        heard = number;
        confirm();
      },
      content: (record) => duties.contents.add(record),
      refusal: (refusal) => duties.onRefused(refusal),
      settle: ({ demands, claim, used }) => claims.settle(demands, claim, used),
      renew: ({ demands, claim, now }) => duties.limits.renew(demands, claim, now),
      answerKept: ({ name, answer }) => duties.keptAnswers.remember(name, answer),
      answerForget: (name) => duties.keptAnswers.forget(name),
      listening: () => onListening(true),
      leaving: () => onListening(false),
      // The publisher tries again by itself, and tells everybody.
      changed: () => void duties.refresh().catch(() => {}),
    },
    questions: {
      join() {
        joined = true;
        return true;
      },
      leave: () => true,
      alive: () => true,
      reserve: ({ demands, claim }) => claims.reserve(demands, claim),
      peek: ({ demands, now }) => duties.limits.peek(demands, now),
      async seed({ budgets }) {
        await duties.limits.seed(budgets);
        return true as const;
      },
      turnGet: async ({ orgId, id }) => (await duties.turns.get(orgId, id)) ?? null,
      async turnPut({ orgId, turn }) {
        await duties.turns.put(orgId, turn);
        return true as const;
      },
      turnDelete: ({ orgId, id }) => duties.turns.delete(orgId, id),
      answerFind: async (name) => (await duties.keptAnswers.find(name)) ?? null,
      answerClose: (name) => duties.keptAnswers.close(name),
    },
  });

  return {
    channel,
    joined: () => joined,
    close() {
      joined = false;
      clearTimeout(timer);
      channel.close();
      claims.settleAll();
    },
  };
}
