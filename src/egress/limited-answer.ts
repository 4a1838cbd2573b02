import type { HttpAnswer } from "./http/http-answer.ts";
import { tooLongAnswer, wholeAnswerLimit } from "./http/whole-answer-limit.ts";

/** An answer of `fetch`, which by itself would hold a whole body however long it is. */
export class LimitedAnswer implements HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: HttpAnswer["headers"];
  readonly body: HttpAnswer["body"];

  constructor({ ok, status, headers, body }: HttpAnswer) {
    this.ok = ok;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  async bytes(): Promise<Uint8Array> {
    const reader = this.body?.getReader();
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
      size += next.value.length;
      if (size > wholeAnswerLimit) {
        reader?.cancel().catch(() => {});
        throw tooLongAnswer();
      }
      pieces.push(next.value);
    }
    return Buffer.concat(pieces);
  }
}
