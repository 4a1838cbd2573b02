import { z } from "@hono/zod-openapi";
import type { Driver, FormField } from "../../drivers/driver.ts";

/** One field of a form that a client shows. */
export const fieldSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    type: z.enum(["secret", "text", "url", "boolean", "select"]),
    required: z.boolean(),
    help: z.string().nullable(),
    placeholder: z.string().nullable(),
    default: z.union([z.string(), z.boolean()]).nullable(),
    values: z.array(z.string()).nullable(),
  })
  .openapi("FormField");

export const driverSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    description: z.string(),
    protocols: z.array(z.string()).describe("The recommended one first; empty when it answers in process"),
    default_base_url: z.string().nullable().describe("Null: one must be given, unless it answers in process"),
    credential_form: z.array(fieldSchema),
    option_form: z.array(fieldSchema),
    sign_in: z
      .object({ fills: z.array(z.string()).describe("Credential fields that need not be pasted then") })
      .nullable()
      .describe("Null: an admin cannot sign in at the vendor"),
  })
  .openapi("Driver");

/** A driver's forms as the API writes them. */
export function toDriver(driver: Driver): z.infer<typeof driverSchema> {
  return {
    id: driver.id,
    label: driver.label,
    description: driver.description,
    protocols: [...driver.protocols],
    default_base_url: driver.defaultBaseUrl ?? null,
    credential_form: driver.credentialForm.map(toField),
    option_form: driver.optionForm.map(toField),
    sign_in: driver.signIn === undefined ? null : { fills: [...driver.signIn.fills] },
  };
}

/** The same of a driver or connector as the API writes it. */
export function toField(field: FormField): z.infer<typeof fieldSchema> {
  return {
    name: field.name,
    label: field.label,
    type: field.type,
    required: field.required,
    help: field.help ?? null,
    placeholder: field.placeholder ?? null,
    default: field.default ?? null,
    values: field.values ? [...field.values] : null,
  };
}

/** For clients of the API. */
export type DriverBody = z.infer<typeof driverSchema>;
