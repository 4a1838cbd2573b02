import { z } from "@hono/zod-openapi";

/** The columns of a table of items: the schema's fields, those of objects within as `outer.inner`. */
export function columnsOf(schema: z.ZodObject): string[] {
  return Object.entries(schema.shape).flatMap(([name, field]) =>
    field instanceof z.ZodObject ? columnsOf(field).map((inner) => `${name}.${inner}`) : name,
  );
}
