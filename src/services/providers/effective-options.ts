import type { Driver, ProviderOptions } from "../../drivers/driver.ts";

/** What a driver gets: its form's defaults, overridden by what the admin set. */
export function effectiveOptions(driver: Driver, stored: ProviderOptions): ProviderOptions {
  const defaults = driver.optionForm.flatMap((field) =>
    field.default === undefined ? [] : [[field.name, field.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...stored };
}
