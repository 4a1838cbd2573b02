import type { AnswerName, KeptAnswer, KeptAnswers } from "../../engine/kept-answers/kept-answers.ts";
import type { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";

const patienceMs = 5_000;

/** What the primary knows of answers that vendors keep: a client may ask for one at whichever worker it meets. */
export class RemoteKeptAnswers implements KeptAnswers {
  readonly #channel: Channel<WorkerSays, PrimarySays>;

  constructor(channel: Channel<WorkerSays, PrimarySays>) {
    this.#channel = channel;
  }

  remember(name: AnswerName, answer: KeptAnswer): void {
    this.#channel.tell("answerKept", { name, answer });
  }

  async find(name: AnswerName): Promise<KeptAnswer | undefined> {
    return (await this.#channel.ask("answerFind", name, patienceMs)) ?? undefined;
  }

  close(name: AnswerName): Promise<boolean> {
    return this.#channel.ask("answerClose", name, patienceMs);
  }

  forget(name: AnswerName): void {
    this.#channel.tell("answerForget", name);
  }
}
