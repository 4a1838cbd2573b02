import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PenstockError } from "../../errors/penstock-error.ts";
import { WholeEvents } from "../sse/whole-events.ts";
import { ResponsesRelayReader } from "./relay-reader.ts";
import { SequenceTail } from "./sequence-tail.ts";

const event = (fields: object) => `event: e\ndata: ${JSON.stringify({ type: "e", ...fields })}\n\n`;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe("the number after a forwarded stream", () => {
  test("is one above the last, wherever the bytes are cut and whatever texts and comments say", () => {
    const said = fc.record({
      delta: fc.oneof(fc.string(), fc.constant('"sequence_number":999')),
      comment: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(said, { minLength: 1 }), fc.array(fc.nat()), (list, cuts) => {
        const stream = bytes(
          list
            .map(
              ({ delta, comment }, i) => event({ sequence_number: i, delta }) + (comment ? ": ka\n\n" : ""),
            )
            .join(""),
        );
        const tail = new SequenceTail();
        const whole = new WholeEvents();
        let from = 0;
        for (const cut of [...cuts.map((n) => n % stream.length).sort((a, b) => a - b), stream.length]) {
          tail.passed(whole.push(stream.subarray(from, cut)));
          from = cut;
        }
        expect(tail.next()).toBe(list.length);
      }),
    );
  });

  test("is 0 where the vendor numbers nothing, and ignores a field of that name further down", () => {
    const tail = new SequenceTail();
    expect(tail.next()).toBe(0);
    tail.passed(bytes(event({ schema: { sequence_number: 7 } })));
    expect(tail.next()).toBe(0);
    tail.passed(bytes(event({ sequence_number: "8" })));
    expect(tail.next()).toBe(0);
  });

  test("is that of the error the gateway adds", () => {
    const reader = new ResponsesRelayReader();
    reader.passed(bytes(event({ sequence_number: 41 })));
    const told = reader.encodeFailure(new PenstockError("upstream_timeout", { fields: { provider: "p" } }));
    expect(told).toContain('"sequence_number":42');
  });
});
