import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { PenstockError } from "../errors/penstock-error.ts";
import { type Binding, bindingBytes } from "./binding.ts";
import type { KeyRing } from "./key-ring.ts";

/**
 * A sealed text is `v1.<master key id>.<wrapped data key>.<data>`, the last two as base64url of nonce (12 bytes),
 * ciphertext and tag (16 bytes), both AES-256-GCM.
 */
const version = "v1";
const nonceLength = 12;
const tagLength = 16;

interface Envelope {
  readonly keyId: string;
  readonly wrapped: Buffer;
  readonly data: Buffer;
}

/** Encrypts under a fresh data key, which the ring's current key wraps. */
export function seal(ring: KeyRing, sealing: { readonly value: string; readonly binding: Binding }): string {
  const dataKey = randomBytes(32);
  const data = encrypt(dataKey, Buffer.from(sealing.value), bindingBytes("data", sealing.binding));
  const wrapped = wrap(ring, dataKey, sealing.binding);
  return write({ keyId: ring.currentId, wrapped, data });
}

/** The value of a sealed text. Throws `invalid_request` when the ring lacks the key, `internal` when it was altered or moved. */
export function unseal(ring: KeyRing, sealed: string, binding: Binding): string {
  const envelope = read(sealed);
  return decrypt(unwrap(ring, envelope, binding), envelope.data, bindingBytes("data", binding)).toString();
}

/** The same data under the ring's current key: only the wrapping is renewed. The result is opened before it is returned. */
export function rewrap(ring: KeyRing, sealed: string, binding: Binding): string {
  const envelope = read(sealed);
  if (envelope.keyId === ring.currentId) return sealed;
  const dataKey = unwrap(ring, envelope, binding);
  const renewed = write({
    keyId: ring.currentId,
    wrapped: wrap(ring, dataKey, binding),
    data: envelope.data,
  });
  unseal(ring, renewed, binding);
  return renewed;
}

/** The id of the master key a sealed text needs. */
export function sealedUnder(sealed: string): string {
  return read(sealed).keyId;
}

function wrap(ring: KeyRing, dataKey: Buffer, binding: Binding): Buffer {
  return encrypt(ring.key(ring.currentId), dataKey, bindingBytes(`wrap:${ring.currentId}`, binding));
}

function unwrap(ring: KeyRing, envelope: Envelope, binding: Binding): Buffer {
  return decrypt(ring.key(envelope.keyId), envelope.wrapped, bindingBytes(`wrap:${envelope.keyId}`, binding));
}

function encrypt(key: Buffer, plain: Buffer, additional: Buffer): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(additional);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, box: Buffer, additional: Buffer): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, nonceLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(additional);
    decipher.setAuthTag(box.subarray(-tagLength));
    return Buffer.concat([decipher.update(box.subarray(nonceLength, -tagLength)), decipher.final()]);
  } catch (cause) {
    throw new PenstockError("internal", { cause });
  }
}

function write(envelope: Envelope): string {
  const { keyId, wrapped, data } = envelope;
  return `${version}.${keyId}.${wrapped.toString("base64url")}.${data.toString("base64url")}`;
}

function read(sealed: string): Envelope {
  const [format, keyId, wrapped, data, ...rest] = sealed.split(".");
  if (format !== version || !keyId || !wrapped || !data || rest.length > 0) {
    throw new PenstockError("internal", { cause: "a sealed value is not in a format this version knows" });
  }
  return { keyId, wrapped: Buffer.from(wrapped, "base64url"), data: Buffer.from(data, "base64url") };
}
