import { z } from "zod";

/** A model's id at its vendor: any printable text without spaces at its ends. */
export const wireIdSchema = z
  .string()
  .max(256, "must have 256 characters or fewer")
  .regex(
    /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u,
    "must be printable, not empty, and not begin or end with a space",
  );
