import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { z } from "zod";
import { checkSigv4, type SigningAccount } from "./shared/check-sigv4.ts";
import {
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

/** AWS KMS as far as wrapping needs it: signatures are recomputed, contexts authenticated, unknown fields refused. */
export interface KmsMock extends MockVendor {
  readonly account: SigningAccount;
  /** A new symmetric key; returns its ARN. */
  createKey(): string;
  /** New key material under the same ARN, as the yearly rotation makes it; texts under the old still open. */
  rotateKey(arn: string): void;
  disableKey(arn: string): void;
}

const context = z.record(z.string(), z.string());
const base64 = z.base64();
const encryptBody = z.strictObject({ KeyId: z.string(), Plaintext: base64, EncryptionContext: context });
const decryptBody = z.strictObject({ KeyId: z.string(), CiphertextBlob: base64, EncryptionContext: context });

interface MockKey {
  readonly versions: Buffer[];
  disabled: boolean;
}

export function startKmsMock(
  account: SigningAccount = {
    accessKeyId: "AKIAKMSMOCK00000",
    secretAccessKey: "kms-secret-of-the-mock",
    region: "eu-central-1",
  },
): KmsMock {
  const keys = new Map<string, MockKey>();
  const find = (arn: string): MockKey => {
    const key = keys.get(arn);
    if (key === undefined) throw fail("NotFoundException", `Key '${arn}' does not exist`);
    if (key.disabled) throw fail("DisabledException", `${arn} is disabled.`);
    return key;
  };
  const act = (request: RecordedRequest): object => {
    switch (request.headers.get("x-amz-target")) {
      case "TrentService.Encrypt": {
        const { KeyId, Plaintext, EncryptionContext } = parse(encryptBody, request.body);
        const blob = encrypt(find(KeyId), { arn: KeyId, plain: Plaintext, context: EncryptionContext });
        return { KeyId, CiphertextBlob: blob, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
      }
      case "TrentService.Decrypt": {
        const { KeyId, CiphertextBlob, EncryptionContext } = parse(decryptBody, request.body);
        const plain = decrypt(find(KeyId), { arn: KeyId, blob: CiphertextBlob, context: EncryptionContext });
        return { KeyId, Plaintext: plain, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
      }
      default:
        throw fail("UnknownOperationException", "");
    }
  };
  const vendor = startMockServer({
    apiKey: "",
    behaviour: {
      check(request) {
        if (request.method !== "POST" || request.path !== "/") return answer(404, {});
        if (request.headers.get("content-type") !== "application/x-amz-json-1.1") {
          return exception(fail("SerializationException", "wrong content type"));
        }
        const fault = checkSigv4(request, { account, service: "kms" });
        return fault && exception(fail(fault.type, fault.message));
      },
      answer(request) {
        try {
          return answer(200, act(request));
        } catch (error) {
          if (error instanceof KmsFault) return exception(error);
          throw error;
        }
      },
      headers: () => ({ "content-type": "application/x-amz-json-1.1" }),
      frame: (payload) => payload,
    },
  });
  return {
    ...vendor,
    account,
    createKey() {
      const arn = `arn:aws:kms:${account.region}:111122223333:key/${crypto.randomUUID()}`;
      keys.set(arn, { versions: [randomBytes(32)], disabled: false });
      return arn;
    },
    rotateKey: (arn) => void find(arn).versions.push(randomBytes(32)),
    disableKey(arn) {
      find(arn).disabled = true;
    },
  };
}

class KmsFault extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

function fail(type: string, message: string): KmsFault {
  return new KmsFault(type, message);
}

function exception(fault: KmsFault): VendorAnswer {
  return answer(400, { __type: fault.type, message: fault.message });
}

function answer(status: number, json: object): VendorAnswer {
  return { status, json };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw fail("ValidationException", parsed.error.message);
}

/** The ARN and the context are authenticated, as with KMS; the first byte is the version of the key. */
function additional(arn: string, given: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(JSON.stringify([arn, Object.entries(given).sort()]));
}

function encrypt(
  key: MockKey,
  { arn, plain, context: given }: { arn: string; plain: string; context: Readonly<Record<string, string>> },
): string {
  const nonce = randomBytes(12);
  const version = key.versions.length - 1;
  const cipher = createCipheriv("aes-256-gcm", key.versions[version] ?? Buffer.alloc(0), nonce);
  cipher.setAAD(additional(arn, given));
  const text = Buffer.concat([cipher.update(Buffer.from(plain, "base64")), cipher.final()]);
  return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), text]).toString("base64");
}

function decrypt(
  key: MockKey,
  { arn, blob, context: given }: { arn: string; blob: string; context: Readonly<Record<string, string>> },
): string {
  const bytes = Buffer.from(blob, "base64");
  try {
    const decipher = createDecipheriv(
      "aes-256-gcm",
      key.versions[bytes[0] ?? -1] ?? Buffer.alloc(0),
      bytes.subarray(1, 13),
    );
    decipher.setAAD(additional(arn, given));
    decipher.setAuthTag(bytes.subarray(13, 29));
    return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString("base64");
  } catch {
    throw fail("InvalidCiphertextException", "");
  }
}
