import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { Secret } from "./secret.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 256 bits in base 62. */
const bodyLength = 43;
/** 32 bits in base 62. */
const checksumLength = 6;
const pattern = /^ps([ku])_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** `header` keys start with `psk_`, `url` keys with `psu_`. */
export type KeyCarrier = "header" | "url";

/** A new virtual key: prefix, 256 random bits, and a checksum that lets scanners and typos be told from keys without a look-up. */
export function generateKey(carrier: KeyCarrier): Secret {
  const head = `${prefixOf(carrier)}${toBase62(randomBytes(32), bodyLength)}`;
  return new Secret(head + checksum(head));
}

/** The carrier of a well-formed key; undefined for anything else. Cheap: call it before any hash. */
export function parseKeyFormat(value: string): KeyCarrier | undefined {
  const match = pattern.exec(value);
  if (match === null || checksum(value.slice(0, -checksumLength)) !== match[3]) return undefined;
  return match[1] === "k" ? "header" : "url";
}

/** What a key made elsewhere must look like: long enough to be beyond guessing if it is random, and fit for a header. */
const foreignKey = /^[\x21-\x7e]{32,256}$/;

/**
 * Whether `value` may serve as a key: one of ours, or for headers any secret of at least 32 printable characters, so
 * that a team may bring the keys it has.
 */
export function isAcceptableKey(value: string, carrier: KeyCarrier): boolean {
  const own = parseKeyFormat(value);
  return own === undefined ? carrier === "header" && foreignKey.test(value) : own === carrier;
}

/** What lists show of a key: enough to recognise it, useless to guess it. */
export function previewKey(value: Secret): string {
  const text = value.reveal();
  return `${parseKeyFormat(text) === undefined ? "" : text.slice(0, 4)}…${text.slice(-4)}`;
}

function prefixOf(carrier: KeyCarrier): string {
  return carrier === "header" ? "psk_" : "psu_";
}

function checksum(head: string): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, crc32(head));
  return toBase62(bytes, checksumLength);
}

function toBase62(bytes: Uint8Array, length: number): string {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  let text = "";
  for (let place = 0; place < length; place++) {
    text = digits.charAt(Number(number % 62n)) + text;
    number /= 62n;
  }
  return text;
}
