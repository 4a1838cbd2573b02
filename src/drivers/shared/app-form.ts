import type { DriverContext, FormField } from "../driver.ts";
import { definedHeaders, textOption } from "./options.ts";

/** How a vendor that ranks apps is told which one calls. */
export const appForm: readonly FormField[] = [
  { name: "http_referer", label: "URL of your app", type: "url", required: false },
  { name: "app_title", label: "Name of your app", type: "text", required: false },
];

/** The headers of the fields that are set. */
export function appHeaders(context: DriverContext): Readonly<Record<string, string>> {
  return definedHeaders({
    "http-referer": textOption(context, "http_referer", ""),
    "x-title": textOption(context, "app_title", ""),
  });
}
