import { z } from "zod";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { toPenstockError } from "../../errors/penstock-error.ts";
import { requireAdmin } from "../access.ts";
import type { ReleaseMode } from "../bindings/release.ts";
import { inTransaction } from "../in-transaction.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { modelFacts } from "./model-facts-schema.ts";
import type { ModelFacts } from "./model-input.ts";
import type { ModelView } from "./model-view.ts";
import { updateModel } from "./update.ts";

const schema = z.strictObject({
  orgId: z.string(),
  models: z
    .array(z.strictObject({ ...modelFacts, id: z.string() }))
    .min(1, "must name at least one model")
    .max(1000, "must name 1000 models or less")
    .refine((models) => new Set(models.map(({ id }) => id)).size === models.length, "names a model twice"),
});

export interface UpdateModelsInput {
  readonly orgId: string;
  readonly models: readonly (ModelFacts & { readonly id: string })[];
  readonly mode?: ReleaseMode;
}

/** Changes many models: all of them or, with every problem named, none. */
export async function updateModels(
  ctx: ServiceContext,
  input: UpdateModelsInput,
): Promise<readonly ModelView[]> {
  requireAdmin(ctx, input.orgId);
  const { mode = {}, ...rest } = input;
  const { orgId, models } = parseInput(schema, rest);
  return inTransaction(ctx, async (joined) => {
    const changed: ModelView[] = [];
    const problems: ErrorProblem[] = [];
    for (const [index, { id, ...facts }] of models.entries()) {
      try {
        changed.push(await updateModel(joined, { orgId, modelId: id, mode, ...facts }));
      } catch (thrown) {
        const error = toPenstockError(thrown);
        // What one wants to know at once is every model that cannot be changed; what broke is no such thing.
        if (error.status >= 500 || error.code === "in_use") throw error;
        problems.push({ path: `/models/${index}`, message: error.message });
      }
    }
    if (problems.length > 0) throw unprocessable(problems);
    return changed;
  });
}
