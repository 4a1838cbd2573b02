import { resolve, type Schema, type Schemas } from "./schema-html.ts";

/** A body that a schema allows, for readers: the required fields, and of the others the first few. */
export function exampleOf(schema: Schema, schemas: Schemas, depth = 0): unknown {
  const found = resolve(schema, schemas);
  if (found.example !== undefined) return found.example;
  if (found.const !== undefined) return found.const;
  if (found.enum !== undefined) return found.enum[0];
  const [choice] = found.anyOf ?? found.oneOf ?? [];
  if (choice !== undefined) return exampleOf(choice, schemas, depth);
  const [type] = [found.type ?? "string"].flat();
  switch (type) {
    case "object":
      return objectOf(found, schemas, depth);
    case "array":
      return "items" in found && found.items !== undefined && depth < 5
        ? [exampleOf(found.items as Schema, schemas, depth + 1)]
        : [];
    case "integer":
    case "number":
      return Math.max(1, Number(found.minimum ?? 1));
    case "boolean":
      return true;
    default:
      return found.format === "date-time" ? "2030-01-31T00:00:00.000Z" : "…";
  }
}

function objectOf(found: ReturnType<typeof resolve>, schemas: Schemas, depth: number): unknown {
  const { properties = {}, required = [] } = found;
  const shown = Object.entries(properties).filter(
    ([name], index) => required.includes(name) || (depth === 0 && index < 4),
  );
  return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, schemas, depth + 1)]));
}
