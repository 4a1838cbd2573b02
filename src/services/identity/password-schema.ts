import { z } from "zod";

/** In characters. */
export const passwordLength = { min: 12, max: 128 } as const;

/** A new password. Long beats odd: no rules on kinds of characters (NIST SP 800-63B §5.1.1.2). */
export const passwordSchema = z
  .string()
  .min(passwordLength.min, `must have ${passwordLength.min} characters or more`)
  .max(passwordLength.max, `must have ${passwordLength.max} characters or less`);

/** As it is compared: addresses are the same without case. */
export const emailSchema = z
  .string()
  .trim()
  .max(254, "must have 254 characters or less")
  .pipe(z.email("must be an email address"))
  .transform((email) => email.toLowerCase());

export const personNameSchema = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}]{1,100}$/u, "must be 1 to 100 printable characters");
