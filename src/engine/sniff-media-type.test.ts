import { expect, test } from "bun:test";
import { sniffMediaType } from "./sniff-media-type.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

test.each([
  ["\x89PNG\r\n\x1a\n....", "image/jpeg", "image/png"],
  ["\xff\xd8\xff\xe0....", undefined, "image/jpeg"],
  ["GIF89a....", "text/plain", "image/gif"],
  ["RIFF....WEBPVP8 ", undefined, "image/webp"],
  ["RIFF....WAVEfmt ", undefined, "audio/wav"],
  ["....ftypheic....", undefined, "image/heic"],
  ["%PDF-1.7\n....", "application/octet-stream", "application/pdf"],
  ["ID3\x04....", undefined, "audio/mpeg"],
  ["\xff\xfb\x90\x00", undefined, "audio/mpeg"],
  ["\xff\xf1\x50\x80", undefined, "audio/aac"],
  ["PK\x03\x04....", docx, docx],
  ["PK\x03\x04....", "image/png", undefined],
  ["a,b\n1,2\n", "text/csv", "text/csv"],
  ["a,b\n1,2\n", "image/png", "text/plain"],
  ["<html>", "text/html", "text/html"],
  ["\x00\x01\x02", "image/png", undefined],
  ["\x80\x81", "text/plain", undefined],
  ["", "image/png", undefined],
])("%j declared as %p is %p", (text, declared, type) => {
  expect(sniffMediaType(bytes(text), declared)).toBe(type);
});

test("a picture that begins anew inside its bytes is judged by its own first byte", () => {
  const padded = Buffer.concat([Buffer.alloc(9), bytes("\x89PNG\r\n\x1a\n")]);
  expect(sniffMediaType(padded.subarray(9), undefined)).toBe("image/png");
});
