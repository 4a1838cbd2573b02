import { z } from "zod";

/** Names of providers and orgs: they stand in paths and before the slash of `name/model`. */
export const nameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "must start with a letter or digit and go on with up to 63 letters, digits, dots, underscores or dashes",
  );
