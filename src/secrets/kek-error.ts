import { PenstockError } from "../errors/penstock-error.ts";

/** `reason` must be fit for anybody; what the service said goes into `cause`, for the log. */
export function kekUnavailable(reason: string, cause?: unknown): PenstockError {
  return new PenstockError("kek_unavailable", {
    fields: { reason },
    ...(cause !== undefined && { cause }),
  });
}
