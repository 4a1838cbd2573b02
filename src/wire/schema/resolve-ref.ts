import { isObject, type JsonObject } from "../read-json.ts";

/** What a local `$ref` names in the whole schema; undefined when it leads nowhere or outside. */
export function resolveRef(root: JsonObject, ref: string): JsonObject | undefined {
  if (ref === "#") return root;
  if (!ref.startsWith("#/")) return findAnchor(root, ref);
  let found: unknown = root;
  for (const step of ref.slice(2).split("/")) {
    const name = decodeStep(step);
    if (Array.isArray(found)) found = found[Number(name)];
    else if (isObject(found) && Object.hasOwn(found, name)) found = found[name];
    else return undefined;
  }
  return isObject(found) ? found : undefined;
}

/** JSON Pointer in a URI fragment: percent escapes around `~1` and `~0`. */
function decodeStep(step: string): string {
  let text = step;
  try {
    text = decodeURIComponent(step);
  } catch {
    // A bare percent sign stands for itself.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}

function findAnchor(root: JsonObject, ref: string): JsonObject | undefined {
  if (!ref.startsWith("#")) return undefined;
  const definitions = { ...objectIn(root.$defs), ...objectIn(root.definitions) };
  return Object.values(definitions)
    .filter(isObject)
    .find(({ $anchor }) => $anchor === ref.slice(1));
}

function objectIn(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
