import { z } from "zod";

/** A model as a request may name it: a route, `provider-name/model-id` or a model id. */
export const modelNameSchema = z
  .string()
  .trim()
  .max(400, "must have 400 characters or fewer")
  .regex(/^[^\p{Cc}]+$/u, "must name a model in printable characters");
