import { crc32 } from "./crc32.ts";
import type { FrameName } from "./frame-name.ts";
import { emptyLength, nameHeaders, preludeLength } from "./layout.ts";

const encoder = new TextEncoder();
const stringType = 7;

/** One message as bytes: its name, its JSON payload, both checksums. */
export function writeMessage({ kind, name }: FrameName, payload: string): Uint8Array {
  const body = encoder.encode(payload);
  const headers = [
    ...header(nameHeaders[kind], name),
    ...header(":content-type", "application/json"),
    ...header(":message-type", kind),
  ];
  const bytes = new Uint8Array(emptyLength + headers.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(bytes, 0, 8));
  bytes.set(headers, preludeLength);
  bytes.set(body, preludeLength + headers.length);
  view.setUint32(bytes.length - 4, crc32(bytes, 0, bytes.length - 4));
  return bytes;
}

function header(name: string, value: string): readonly number[] {
  const [key, text] = [encoder.encode(name), encoder.encode(value)];
  return [key.length, ...key, stringType, text.length >> 8, text.length & 0xff, ...text];
}
