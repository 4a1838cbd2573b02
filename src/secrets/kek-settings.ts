import { PenstockError } from "../errors/penstock-error.ts";

/** One key-encryption key as PENSTOCK_KEK names it. */
export type KekName =
  | { readonly kind: "local" }
  | { readonly kind: "aws-kms"; readonly arn: string }
  | { readonly kind: "vault"; readonly mount: string; readonly key: string };

/** Which keys wrap the master keys, and how the services that hold them are reached. */
export interface KekSettings {
  /** The first wraps, all of them unwrap. */
  readonly names: readonly KekName[];
  readonly vault: {
    readonly address: string | undefined;
    readonly token: string | undefined;
    /** A file that an agent keeps up to date, in place of the token. */
    readonly tokenFile: string | undefined;
    readonly namespace: string | undefined;
  };
}

export const localKek: KekSettings = {
  names: [{ kind: "local" }],
  vault: { address: undefined, token: undefined, tokenFile: undefined, namespace: undefined },
};

const arnPattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[A-Za-z0-9/_-]+$/;

/** Parses `local`, `aws-kms:<arn>` and `vault:<mount>/<key>`, comma-separated. Throws `invalid_request` naming the entry. */
export function parseKek(text: string): readonly KekName[] {
  const names = text.split(",").map((entry) => parseName(entry.trim()));
  const ids = names.map((name) => JSON.stringify(name));
  if (new Set(ids).size !== ids.length) throw wrong("names a key twice");
  return names;
}

function parseName(entry: string): KekName {
  if (entry === "local") return { kind: "local" };
  const arn = entry.startsWith("aws-kms:") ? entry.slice("aws-kms:".length) : undefined;
  if (arn !== undefined && arnPattern.test(arn)) return { kind: "aws-kms", arn };
  const [, mount, key] = /^vault:([A-Za-z0-9][A-Za-z0-9/_.-]*)\/([A-Za-z0-9_.-]+)$/.exec(entry) ?? [];
  if (mount !== undefined && key !== undefined) return { kind: "vault", mount, key };
  throw wrong(
    `holds \`${entry}\`, which is neither \`local\` nor \`aws-kms:<key ARN>\` nor \`vault:<mount>/<key>\``,
  );
}

function wrong(reason: string): PenstockError {
  return new PenstockError("invalid_request", { fields: { reason } });
}
