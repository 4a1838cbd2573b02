import { invalid } from "../read-json.ts";
import type { EmbeddingRequest } from "./request.ts";

/**
 * The inputs, for vendors that take nothing but text.
 *
 * @throws PenstockError `invalid_request` for tokens, which only their own vendor can read, and for all that is no text.
 */
export function textsOf({ inputs }: EmbeddingRequest): readonly string[] {
  return inputs.map((input) => {
    if (input.type === "text") return input.text;
    const problem =
      input.type === "tokens"
        ? "must be text: the vendor of this model takes no token arrays"
        : "must be text only for the vendor of this model";
    return invalid(input.path, problem);
  });
}
