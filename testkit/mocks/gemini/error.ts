import type { Issue } from "../shared/first-issue.ts";
import type { VendorAnswer } from "../shared/mock-server.ts";

const codes: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

/** An error in the vendor's shape. */
export function geminiError(code: number, message: string, details: readonly unknown[] = []): VendorAnswer {
  const status = codes[code] ?? "INTERNAL";
  return { status: code, json: { error: { code, message, status, ...(details.length > 0 && { details }) } } };
}

/** 400 `INVALID_ARGUMENT`. */
export function invalid(message: string): VendorAnswer {
  return geminiError(400, message);
}

/** An unknown key, which is a bad request at this vendor. */
export function badKey(): VendorAnswer {
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "API_KEY_INVALID",
    domain: "googleapis.com",
    metadata: { service: "generativelanguage.googleapis.com" },
  };
  return geminiError(400, "API key not valid. Please pass a valid API key.", [info]);
}

/** The refusal of a body that is not of the schema, as the vendor words it. */
export function shapeError({ path, kind, message }: Issue): VendorAnswer {
  const at = path.join(".");
  const field = String(path.at(-1) ?? "");
  const parent = path.slice(0, -1).join(".");
  const description =
    kind === "unknown"
      ? `Invalid JSON payload received. Unknown name "${field}" at '${parent}': Cannot find field.`
      : kind === "missing"
        ? `* ${at}: is not specified`
        : `Invalid value at '${at}': ${message}`;
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field: parent === "" ? at : parent, description }],
    },
  ];
  return geminiError(400, description, details);
}
