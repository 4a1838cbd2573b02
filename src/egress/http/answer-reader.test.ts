import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { PenstockError } from "../../errors/penstock-error.ts";
import { AnswerReader } from "./answer-reader.ts";

interface Heard {
  status: number | undefined;
  headers: [string, string][];
  body: string;
  pieces: number;
  ended: boolean;
  clean: boolean;
}

/** What is heard of an answer that arrives in these pieces, and then the connection's end. */
function hear(pieces: readonly Uint8Array[], closes = false): Heard {
  const heard: Heard = { status: undefined, headers: [], body: "", pieces: 0, ended: false, clean: true };
  const reader = new AnswerReader({
    head: ({ status, headers }) => {
      heard.status = status;
      heard.headers = headers.keys().map((name) => [name, headers.get(name) ?? ""]);
    },
    piece: (bytes) => {
      heard.body += Buffer.from(bytes).toString("latin1");
      heard.pieces++;
    },
    end: () => {
      heard.ended = true;
    },
  });
  for (const piece of pieces) if (!reader.push(Buffer.from(piece))) heard.clean = false;
  if (closes) reader.close();
  return heard;
}

const one = (text: string, closes?: boolean) => hear([Buffer.from(text, "latin1")], closes);

/** Cuts bytes at the given places, into pieces that may be empty. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...sorted].map((start, i) => bytes.subarray(start, sorted[i] ?? bytes.length));
}

const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const places = fc.array(fc.nat(5_000), { maxLength: 12 });
const extension = fc.constantFrom("", ";a=b", ' ; q="x"', "\t");
const trailers = fc.constantFrom("", "x-sum: 1\r\n", "a: b\r\nc: d\r\n");

const sized = body.map((text) => ({ text, wire: `content-length: ${text.length}\r\n\r\n${text}` }));
const chunks = fc
  .tuple(fc.array(fc.tuple(body, extension, fc.boolean()), { maxLength: 6 }), trailers)
  .map(([parts, trailer]) => {
    const used = parts.filter(([text]) => text.length > 0);
    const framed = used.map(([text, ext, upper]) => {
      const size = text.length.toString(16);
      return `${upper ? `00${size.toUpperCase()}` : size}${ext}\r\n${text}\r\n`;
    });
    const wire = `Transfer-Encoding: Chunked\r\n\r\n${framed.join("")}0\r\n${trailer}\r\n`;
    return { text: used.map(([text]) => text).join(""), wire };
  });
const interim = fc.constantFrom(
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Hints\r\nlink: <x>\r\n\r\n",
);

describe("an answer", () => {
  test("is heard whole, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.oneof(sized, chunks), interim, places, ({ text, wire }, first, at) => {
        const bytes = Buffer.from(`${first}HTTP/1.1 200 OK\r\nX-A:  b \r\n${wire}`, "latin1");
        expect(hear(cut(bytes, at))).toMatchObject({ status: 200, body: text, ended: true, clean: true });
      }),
    );
  });

  test("is heard whole, byte by byte", () => {
    const wire =
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x\r\nhello\r\n1\r\n!\r\n0\r\nt: 1\r\n\r\n";
    const bytes = Buffer.from(wire);
    const heard = hear(Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)));
    expect(heard).toMatchObject({ status: 200, body: "hello!", ended: true, clean: true });
  });

  test("without a length ends with its connection, whatever its bytes are", () => {
    fc.assert(
      fc.property(body, places, (text, at) => {
        const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${text}`, "latin1");
        expect(hear(cut(bytes, at))).toMatchObject({ body: text, ended: false });
        expect(hear(cut(bytes, at), true)).toMatchObject({ body: text, ended: true });
      }),
    );
  });

  test("that is cut short has not ended, even when its connection has", () => {
    fc.assert(
      fc.property(fc.oneof(sized, chunks), fc.nat(), ({ wire }, at) => {
        const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${wire}`, "latin1");
        expect(hear([bytes.subarray(0, at % bytes.length)], true).ended).toBe(false);
      }),
    );
  });

  test("followed by anything ends where it ends, and says that more came", () => {
    fc.assert(
      fc.property(
        fc.oneof(sized, chunks),
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        places,
        (made, more, at) => {
          const bytes = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${made.wire}`, "latin1"), more]);
          const heard = hear(cut(bytes, at));
          expect([heard.body, heard.ended, heard.clean]).toEqual([made.text, true, false]);
        },
      ),
    );
  });

  test("in several chunks of one segment is told as one piece", () => {
    const text =
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n";
    expect(one(text)).toMatchObject({ body: "abc", pieces: 1 });
  });

  test.each([204, 304])("with status %d has no body, whatever its headers say", (status) => {
    expect(one(`HTTP/1.1 ${status} X\r\ncontent-length: 5\r\n\r\n`)).toMatchObject({ body: "", ended: true });
  });

  test("may give the same length twice, and no reason", () => {
    const text = "HTTP/1.1 200\r\ncontent-length: 2\r\nContent-Length: 2\r\n\r\nhi";
    expect(one(text)).toMatchObject({ status: 200, body: "hi", ended: true });
  });
});

const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
const chunkedHead = head("transfer-encoding: chunked");

const malformed = [
  "SSH-2.0-OpenSSH_9.2\r\n\r\n",
  "<html>\r\n\r\n",
  "HTTP/2 200\r\n\r\n",
  "HTTP/1.1 20 OK\r\n\r\n",
  "HTTP/1.1  200 OK\r\n\r\n",
  "HTTP/1.1 099 OK\r\n\r\n",
  "HTTP/1.1 101 Switching\r\n\r\n",
  head("content-length: 2", "content-length: 3"),
  head("content-length: 2, 2"),
  head("content-length: -1"),
  head("content-length: +1"),
  head("content-length: 0x1"),
  head("content-length: "),
  head("content-length: 99999999999999999999"),
  head("content-length: 2", "transfer-encoding: chunked"),
  head("transfer-encoding: gzip, chunked"),
  head("transfer-encoding: chunked", "transfer-encoding: chunked"),
  head("transfer-encoding: identity"),
  "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
  head("content-length : 2"),
  head(" folded: 2"),
  head("a: b", "\tgoes on"),
  head("no colon"),
  head(": no name"),
  head("a: b\nx: c"),
  head("a: b\rx: c"),
  head("a: \0"),
  `${chunkedHead}\r\n`,
  `${chunkedHead}g\r\n`,
  `${chunkedHead}-1\r\n`,
  `${chunkedHead}0x1\r\n`,
  `${chunkedHead}1\na\r\n`,
  `${chunkedHead}1\r\nab\r\n`,
  `${chunkedHead}1\r\na\n`,
  `${chunkedHead}1;a\nb\r\n`,
  `${chunkedHead}fffffffffffff\r\n`,
  `${chunkedHead}0\r\na: b\n\r\n`,
  `${chunkedHead}1;${"x".repeat(20_000)}`,
  `${chunkedHead}0\r\n${"a: b\r\n".repeat(6_000)}`,
  `HTTP/1.1 200 OK\r\na: ${"x".repeat(70_000)}`,
  "HTTP/1.1 100 Continue\r\n\r\n".repeat(4_000),
];

test.each(malformed.map((text) => [JSON.stringify(text).slice(0, 90), text]))(
  "%s is malformed",
  (_, text) => {
    let code: string | undefined;
    try {
      one(text);
    } catch (error) {
      ({ code } = error as PenstockError);
    }
    expect(code).toBe("upstream_malformed");
  },
);

test("any bytes are an answer, the beginning of one, or malformed; never anything else", () => {
  const alphabet = fc.constantFrom(
    ...["HTTP/1.1 200 OK\r\n", "\r\n", "\r", "\n", "0", "5", "a", ":", " ", ";", "\0", "\xff"],
    ...["content-length: ", "transfer-encoding: chunked\r\n", "connection: close\r\n", "hello"],
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 40 }), places, (words, at) => {
      const bytes = Buffer.from(words.join(""), "latin1");
      try {
        hear(cut(bytes, at), true);
      } catch (error) {
        expect((error as PenstockError).code).toBe("upstream_malformed");
      }
    }),
    { numRuns: 500 },
  );
});
