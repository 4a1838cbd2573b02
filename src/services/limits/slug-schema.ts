import { z } from "zod";
import { slugPattern, slugRule } from "./slug.ts";

/** An agent's or a role's name. */
export const slugSchema = z.string().regex(slugPattern, slugRule);
