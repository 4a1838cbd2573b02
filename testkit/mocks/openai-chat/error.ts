import type { Issue } from "../shared/first-issue.ts";
import type { VendorAnswer } from "../shared/mock-server.ts";

export interface ChatError {
  readonly status?: number;
  readonly message: string;
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
}

/** An error in the vendor's shape; 400 `invalid_request_error` unless told. */
export function chatError({ status, message, type, param, code }: ChatError): VendorAnswer {
  return {
    status: status ?? 400,
    json: {
      error: { message, type: type ?? "invalid_request_error", param: param ?? null, code: code ?? null },
    },
  };
}

/** The refusal of a body that is not of the schema, named as the vendor names fields: `messages[0].content`. */
export function shapeError({ path, kind, message }: Issue): VendorAnswer {
  const param = path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
  if (kind === "unknown") {
    return chatError({ message: `Unknown parameter: '${param}'.`, param, code: "unknown_parameter" });
  }
  if (kind === "missing") {
    const text = `Missing required parameter: '${param}'.`;
    return chatError({ message: text, param, code: "missing_required_parameter" });
  }
  return chatError({ message: `Invalid value for '${param}': ${message}`, param, code: "invalid_value" });
}

/** A parameter this model does not take. */
export function unsupported(param: string, model: string): VendorAnswer {
  return chatError({
    message: `Unsupported parameter: '${param}' is not supported with this model (${model}).`,
    param,
    code: "unsupported_parameter",
  });
}
