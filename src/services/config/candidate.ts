import type { CandidateInput } from "../providers/provider-input.ts";
import type { ProviderState } from "./config-state.ts";
import { type ConfigProvider, referenceId } from "./document/config-document.ts";
import type { ReferenceValues } from "./document/resolve-references.ts";

/** What the provider services take for a provider of the file. With `before`, what the file no longer names is cleared. */
export function toCandidate(
  provider: ConfigProvider,
  { values, before }: { readonly values: ReferenceValues; readonly before?: ProviderState | undefined },
): CandidateInput {
  const cleared = (fields: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(Object.keys(fields).map((field) => [field, null]));
  const resolved = (references: ConfigProvider["credentials"]) =>
    Object.fromEntries(
      Object.entries(references).flatMap(([field, reference]) => {
        const value = values.get(referenceId(reference));
        return value ? [[field, value] as const] : [];
      }),
    );
  return {
    driver: provider.driver,
    baseUrl: provider.baseUrl ?? null,
    credentials: { ...cleared(before?.credentials), ...resolved(provider.credentials) },
    headers: { ...cleared(before?.headers), ...resolved(provider.headers) },
    options: { ...cleared(before?.options), ...provider.options },
  };
}
