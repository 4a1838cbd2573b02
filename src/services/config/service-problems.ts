import { PenstockError } from "../../errors/penstock-error.ts";
import type { ConfigDocument } from "./document/config-document.ts";
import { type ConfigProblem, positionOf } from "./document/config-problem.ts";

/**
 * What a service refused, as problems at the place in the file that caused it. Rethrows what is not about the input.
 */
export function toConfigProblems(
  thrown: unknown,
  { document, pointer }: { readonly document: ConfigDocument; readonly pointer: string },
): readonly ConfigProblem[] {
  if (!(thrown instanceof PenstockError) || thrown.status >= 500 || thrown.code === "config_invalid") {
    throw thrown;
  }
  if (thrown.problems.length === 0) {
    return [{ position: positionOf(document, pointer), message: thrown.message }];
  }
  return thrown.problems.map(({ path, message }) => {
    const inner = path.startsWith("/") ? path : `/${path.replaceAll(".", "/")}`;
    const label = inner.slice(1).replaceAll("/", ".");
    return { position: positionOf(document, pointer + inner), message: `\`${label}\`: ${message}` };
  });
}
