import { checkProvider } from "../providers/check.ts";
import type { CheckResult } from "../providers/provider-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { toCandidate } from "./candidate.ts";
import type { ConfigPlan, ConfigStep } from "./config-plan.ts";
import type { ConfigDocument, ConfigProvider } from "./document/config-document.ts";
import { type ConfigProblem, configInvalid, positionOf } from "./document/config-problem.ts";
import type { ReferenceValues } from "./document/resolve-references.ts";
import type { LoadedOrg } from "./load-current.ts";
import { toConfigProblems } from "./service-problems.ts";

/** Answers of the vendors by the pointer of the provider in the file. */
export type Probes = ReadonlyMap<string, CheckResult>;

const together = 4;
const candidateField = /^(driver|base_url)$|^(credentials|options|headers)\./;

/**
 * Tries every provider that is new or whose account changes, unless it says `validate: false`.
 * Throws one `config_invalid` that lists each that was refused or could not be reached.
 */
export async function probeProviders(
  ctx: ServiceContext,
  input: {
    readonly document: ConfigDocument;
    readonly values: ReferenceValues;
    readonly plan: ConfigPlan;
    readonly current: readonly LoadedOrg[];
  },
): Promise<Probes> {
  const { document, values, plan, current } = input;
  const waiting = document.orgs.flatMap((org) => {
    const orgId = current.find(({ name }) => name.toLowerCase() === org.name.toLowerCase())?.id;
    return org.providers
      .filter(
        (provider) =>
          provider.validate && plan.steps.some((step) => mustProbe(step, { org: org.name, provider })),
      )
      .map((provider) => ({ orgId, provider }));
  });
  const probes = new Map<string, CheckResult>();
  const problems: ConfigProblem[] = [];
  const probeNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { provider } = next;
      // An org that is to be created has no id yet, and no settings that a probe would have to keep to.
      const orgId = next.orgId ?? "";
      const { pointer } = provider;
      try {
        const candidate = toCandidate(provider, { values });
        const result = await checkProvider(ctx, { ...candidate, orgId, name: provider.name });
        probes.set(pointer, result);
        const problem = refusal(provider, result);
        if (problem) problems.push({ position: positionOf(document, pointer), message: problem });
      } catch (error) {
        problems.push(...toConfigProblems(error, { document, pointer }));
      }
    }
  };
  await Promise.all(Array.from({ length: together }, probeNext));
  if (problems.length > 0) throw configInvalid(document.file, problems);
  return probes;
}

function mustProbe(
  step: ConfigStep,
  at: { readonly org: string; readonly provider: ConfigProvider },
): boolean {
  return (
    step.kind === "provider" &&
    (step.action === "create" || step.action === "update") &&
    step.org.toLowerCase() === at.org.toLowerCase() &&
    step.name.toLowerCase() === at.provider.name.toLowerCase() &&
    (step.action === "create" || step.changes.some(({ field }) => candidateField.test(field)))
  );
}

function refusal({ name }: ConfigProvider, result: CheckResult): string | undefined {
  const reason = result.reason ? `: ${result.reason}` : "";
  switch (result.status) {
    case "rejected":
      return `the vendor refused the credential of the provider \`${name}\`${reason}`;
    case "unreachable":
      return (
        `the vendor of the provider \`${name}\` could not be reached${reason}; ` +
        "correct `base_url`, or save it untried with `validate: false`"
      );
    default:
      return undefined;
  }
}
