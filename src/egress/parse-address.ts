/** An IP address as a number of 32 or 128 bits. */
export interface Address {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

/**
 * Reads an IP address in every spelling a resolver or a URL may use: IPv4 in one to four decimal, octal or hexadecimal
 * numbers; IPv6 with or without brackets, zone and a dotted tail. Undefined: it is none.
 */
export function parseAddress(text: string): Address | undefined {
  const plain = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  return plain.includes(":") ? parseIpv6(plain.split("%", 1)[0] ?? "") : parseIpv4(plain);
}

function parseIpv4(text: string): Address | undefined {
  const words = text.split(".");
  if (words.length > 4) return undefined;
  const numbers = words.map(parseNumber);
  const last = numbers.pop();
  if (last === undefined || last >= 256n ** BigInt(4 - numbers.length)) return undefined;
  let bits = last;
  for (const [i, number] of numbers.entries()) {
    if (number === undefined || number > 255n) return undefined;
    bits |= number << BigInt(24 - 8 * i);
  }
  return { version: 4, bits };
}

/** A number as C's `inet_aton` reads it. */
function parseNumber(word: string): bigint | undefined {
  if (/^0x[0-9a-f]+$/i.test(word)) return BigInt(word);
  if (/^0[0-7]+$/.test(word)) return BigInt(`0o${word}`);
  return /^(0|[1-9]\d*)$/.test(word) ? BigInt(word) : undefined;
}

function parseIpv6(text: string): Address | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted === null ? undefined : parseIpv4(dotted[2] ?? "");
  if (dotted !== null && tail === undefined) return undefined;
  const hex =
    tail === undefined
      ? text
      : `${dotted?.[1]}${(tail.bits >> 16n).toString(16)}:${(tail.bits & 0xffffn).toString(16)}`;
  const halves = hex.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let bits = 0n;
  for (const group of [...head, ...Array<string>(missing).fill("0"), ...rest]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    bits = (bits << 16n) | BigInt(`0x${group}`);
  }
  return { version: 6, bits };
}
