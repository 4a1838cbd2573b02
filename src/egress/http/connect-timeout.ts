import { PenstockError } from "../../errors/penstock-error.ts";

/** No connection in time, TLS included: nothing of the request was sent, so that another address may be tried. */
export class ConnectTimeout extends PenstockError {
  constructor(allowedMs: number) {
    super("upstream_unreachable", { fields: { detail: `: no connection within ${allowedMs / 1000} s` } });
  }
}
