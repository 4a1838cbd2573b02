import { z } from "zod";
import type { Connector, ConnectorOptions } from "../../connectors/connector.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import { checkOptions } from "../connectors/connector-options.ts";
import { nameSchema } from "../name-schema.ts";
import { unprocessable } from "../parse-input.ts";
import { mergeCredential } from "../providers/merge-credential.ts";

/** What a person gives to connect a service by a key. */
export interface ConnectionInput {
  readonly credentials?: Readonly<Record<string, string | Secret>> | undefined;
  readonly options?: Readonly<Record<string, string | null>> | undefined;
}

export const connectionInput = {
  orgId: z.string(),
  credentials: z.record(z.string(), z.union([z.string(), z.instanceof(Secret)])).optional(),
  options: z.record(z.string(), z.union([z.string(), z.null()])).optional(),
};

export const createConnectionSchema = z.strictObject({
  ...connectionInput,
  connector: z.string(),
  name: nameSchema.optional(),
});

export const updateConnectionSchema = z.strictObject({
  ...connectionInput,
  connectionId: z.string(),
  name: nameSchema.optional(),
});

/** The input checked against the connector's forms; throws `unprocessable` with all problems. */
export function requireComplete(
  connector: Connector,
  { credentials = {}, options = {} }: ConnectionInput,
): { readonly credential: Readonly<Record<string, Secret>>; readonly options: ConnectorOptions } {
  const credential = mergeCredential(connector, credentials, { credential: {}, fingerprints: [] });
  const checked = checkOptions({ label: connector.label, fields: connector.optionForm }, options);
  const problems = [...credential.problems, ...unsendable(credential.value), ...checked.problems];
  if (problems.length > 0) throw unprocessable(problems);
  return { credential: credential.value, options: checked.value };
}

/** Credentials travel in headers. */
function unsendable(credential: Readonly<Record<string, Secret>>): readonly ErrorProblem[] {
  return Object.entries(credential)
    .filter(([, value]) => !/^[\x20-\x7e]*$/.test(value.reveal()))
    .map(([field]) => ({ path: `/credentials/${field}`, message: "holds a letter that no key has" }));
}
