import { Secret } from "../../../secrets/secret.ts";
import { type ConfigDocument, referenceId, referencesOf, type SecretReference } from "./config-document.ts";
import { type ConfigProblem, configInvalid, positionOf } from "./config-problem.ts";

/** Values of references by `referenceId`. */
export type ReferenceValues = ReadonlyMap<string, Secret>;

/** Where references are looked up. Each returns undefined when there is nothing. */
export interface ReferenceSource {
  env(name: string): string | undefined;
  /** `path` as the file writes it; the source knows the folder it is relative to. */
  file(path: string): Promise<string | undefined>;
}

/**
 * Looks up every reference of the document. A trailing line break of a file is not part of the value.
 * Throws `config_invalid` naming each variable or file that is missing or empty, never a value.
 */
export async function resolveReferences(
  document: ConfigDocument,
  source: ReferenceSource,
): Promise<ReferenceValues> {
  const values = new Map<string, Secret>();
  const problems: ConfigProblem[] = [];
  for (const reference of referencesOf(document)) {
    const id = referenceId(reference);
    if (values.has(id)) continue;
    const value = await lookUp(reference, source);
    if (value) values.set(id, new Secret(value));
    else {
      problems.push({
        position: positionOf(document, reference.pointer),
        message: missing(reference, value),
      });
    }
  }
  if (problems.length > 0) throw configInvalid(document.file, problems);
  return values;
}

async function lookUp(reference: SecretReference, source: ReferenceSource): Promise<string | undefined> {
  if (reference.kind === "env") return source.env(reference.name);
  return (await source.file(reference.name))?.replace(/\r?\n$/, "");
}

function missing({ kind, name }: SecretReference, value: string | undefined): string {
  const state = value === undefined ? "is not set" : "is empty";
  if (kind === "env") return `the environment variable \`${name}\` ${state}`;
  return value === undefined ? `the file \`${name}\` cannot be read` : `the file \`${name}\` is empty`;
}

/** Values that were resolved elsewhere, e.g. by the command line, by `referenceId`. */
export function toReferenceValues(values: Readonly<Record<string, string>>): ReferenceValues {
  return new Map(Object.entries(values).map(([id, value]) => [id, new Secret(value)]));
}

/** Throws `config_invalid` unless every reference of the document has a value. */
export function requireValues(document: ConfigDocument, values: ReferenceValues): void {
  const problems = referencesOf(document).flatMap((reference) => {
    const value = values.get(referenceId(reference));
    if (value && value.reveal() !== "") return [];
    const message = `no value was sent for \`${referenceId(reference)}\``;
    return [{ position: positionOf(document, reference.pointer), message }];
  });
  if (problems.length > 0) throw configInvalid(document.file, problems);
}
