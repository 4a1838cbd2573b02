import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { z } from "zod";
import {
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

/** The transit engine of HashiCorp Vault: tokens and namespaces checked, associated data authenticated, unknown fields refused. */
export interface VaultMock extends MockVendor {
  readonly token: string;
  /** A new version of a key; texts under the old ones still open. */
  rotateKey(name: string): void;
  /** Refuses texts under older versions, as `min_decryption_version` does. */
  retireVersions(name: string): void;
}

export interface VaultMockOptions {
  readonly mount?: string;
  readonly keys?: readonly string[];
  readonly namespace?: string;
}

const base64 = z.base64();
const shared = { context: base64.optional(), associated_data: base64.optional() };
const encryptBody = z.strictObject({ plaintext: base64, ...shared });
const decryptBody = z.strictObject({ ciphertext: z.string(), ...shared });

interface TransitKey {
  readonly versions: Buffer[];
  oldest: number;
}

export function startVaultMock(options: VaultMockOptions = {}): VaultMock {
  const { mount = "transit", keys: names = ["penstock"], namespace } = options;
  const token = `hvs.${randomBytes(12).toString("hex")}`;
  const keys = new Map<string, TransitKey>(
    names.map((name) => [name, { versions: [randomBytes(32)], oldest: 1 }]),
  );
  const answerTo = (request: RecordedRequest): VendorAnswer => {
    const [, verb, name = ""] =
      new RegExp(`^/v1/${mount}/(encrypt|decrypt)/([^/]+)$`).exec(request.path) ?? [];
    if (verb === undefined) return errors(404, `no handler for route ${request.path}`);
    const key = keys.get(name);
    if (key === undefined) return errors(verb === "encrypt" ? 403 : 400, "encryption key not found");
    return verb === "encrypt" ? encrypt(key, request.body) : decrypt(key, request.body);
  };
  const vendor = startMockServer({
    apiKey: token,
    behaviour: {
      check(request) {
        if (request.headers.get("x-vault-token") !== token) return errors(403, "permission denied");
        if ((request.headers.get("x-vault-namespace") ?? undefined) !== namespace) {
          return errors(403, "permission denied");
        }
        return request.method === "POST" || request.method === "PUT"
          ? undefined
          : errors(405, "unsupported operation");
      },
      answer: answerTo,
      headers: () => ({ "cache-control": "no-store" }),
      frame: (payload) => payload,
    },
  });
  return {
    ...vendor,
    token,
    rotateKey: (name) => void keys.get(name)?.versions.push(randomBytes(32)),
    retireVersions(name) {
      const key = keys.get(name);
      if (key !== undefined) key.oldest = key.versions.length;
    },
  };
}

function errors(status: number, message: string): VendorAnswer {
  return { status, json: { errors: [message] } };
}

function data(fields: object): VendorAnswer {
  const request_id = crypto.randomUUID();
  return { status: 200, json: { request_id, lease_id: "", renewable: false, data: fields, auth: null } };
}

function encrypt(key: TransitKey, body: unknown): VendorAnswer {
  const parsed = encryptBody.safeParse(body);
  if (!parsed.success) return errors(400, parsed.error.message);
  const nonce = randomBytes(12);
  const version = key.versions.length;
  const cipher = createCipheriv("aes-256-gcm", key.versions[version - 1] ?? Buffer.alloc(0), nonce);
  cipher.setAAD(Buffer.from(parsed.data.associated_data ?? "", "base64"));
  const text = Buffer.concat([
    nonce,
    cipher.update(Buffer.from(parsed.data.plaintext, "base64")),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return data({ ciphertext: `vault:v${version}:${text.toString("base64")}`, key_version: version });
}

function decrypt(key: TransitKey, body: unknown): VendorAnswer {
  const parsed = decryptBody.safeParse(body);
  if (!parsed.success) return errors(400, parsed.error.message);
  const [, version, text = ""] = /^vault:v(\d+):(.+)$/.exec(parsed.data.ciphertext) ?? [];
  if (version === undefined) return errors(400, "invalid ciphertext: no prefix");
  if (Number(version) < key.oldest)
    return errors(400, "ciphertext or signature version is disallowed by policy (too old)");
  const bytes = Buffer.from(text, "base64");
  try {
    const material = key.versions[Number(version) - 1] ?? Buffer.alloc(0);
    const decipher = createDecipheriv("aes-256-gcm", material, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(parsed.data.associated_data ?? "", "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    return data({ plaintext: plain.toString("base64") });
  } catch {
    return errors(400, "cipher: message authentication failed");
  }
}
