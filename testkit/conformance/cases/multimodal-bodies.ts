import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import { hello, png, says } from "./common.ts";

const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF").toString("base64");
const megabytes = (count: number) => "A".repeat(count * 1024 * 1024);

/** Images, files, and bodies of unusual size and form. */
export const bodyCases: readonly ConformanceCase[] = [
  {
    id: "P050",
    title: "An image by URL reaches the vendor as a URL, or as its bytes",
    source: "LL#12899",
    answers: ["image-by-url"],
    steps: [
      {
        ask: {
          messages: [
            { role: "user", parts: [{ text: "What is it?" }, { imageUrl: "https://example.com/a.png" }] },
          ],
        },
        reply: says("A dot."),
        expect: [client.succeeds(), vendor.parts("image", [{ url: "https://example.com/a.png" }], ["image"])],
      },
    ],
  },
  {
    id: "P051",
    title: "An image in base64 reaches the vendor with the same bytes, in its place between the texts",
    source: "own",
    steps: [
      {
        ask: { messages: [{ role: "user", parts: [{ text: "Before." }, { png }, { text: "After." }] }] },
        reply: says("A dot."),
        expect: [
          client.succeeds(),
          vendor.parts("image", [{ data: png }]),
          vendor.textsInOrder("Before.", "After."),
        ],
      },
    ],
  },
  {
    id: "C089",
    title: "A PDF reaches the vendor with the same bytes",
    source: "BF#5472",
    answers: ["files"],
    steps: [
      {
        ask: {
          messages: [{ role: "user", parts: [{ text: "Sum it up." }, { pdf, filename: "report.pdf" }] }],
        },
        reply: says("It is empty."),
        expect: [client.succeeds(), vendor.parts("file", [{ data: pdf }])],
      },
    ],
  },
  {
    id: "C091",
    title: "A request body in gzip",
    source: "AG gzip test",
    steps: [
      {
        ask: { messages: [user("Compressed.")], http: { gzip: true } },
        reply: says("Unpacked."),
        expect: [client.succeeds(), client.text("Unpacked."), vendor.texts("Compressed.")],
      },
    ],
  },
  {
    id: "P052",
    title: "A small body that unpacks to more than anyone may send is refused",
    source: "NA MAX_REQUEST_BODY_MB",
    modes: ["whole"],
    steps: [
      {
        ask: { ...hello, http: { gzip: true, body: `{"model":"m","x":"${megabytes(48)}"}` } },
        expect: [client.refused({ status: [413] }), vendor.called(0)],
      },
    ],
  },
  {
    id: "C092",
    title: "One event of ten megabytes",
    source: "NA STREAM_SCANNER_MAX_BUFFER_MB",
    modes: ["stream"],
    steps: [
      {
        ask: hello,
        reply: says(megabytes(10)),
        expect: [client.succeeds(), client.text(megabytes(10)), client.finish("end")],
        cuts: false,
      },
    ],
  },
  {
    id: "P053",
    title: "A prompt of two megabytes arrives whole",
    source: "AG; silogen/cluster-forge#832",
    modes: ["whole"],
    steps: [
      {
        ask: { messages: [user(`${"word ".repeat(80_000)}end`)] },
        reply: says("Long."),
        expect: [client.succeeds(), vendor.texts(`${"word ".repeat(80_000)}end`)],
      },
    ],
  },
];
