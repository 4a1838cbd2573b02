import { checkSigv4, type SigningAccount } from "../shared/check-sigv4.ts";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { exception } from "./error.ts";

/** The account's credentials the mock accepts. */
export interface MockAccount extends SigningAccount {
  readonly apiKey: string;
}

/** Checks a bearer key or recomputes the signature from the request, as the front door does; undefined when it is right. */
export function checkAuth(request: RecordedRequest, account: MockAccount): VendorAnswer | undefined {
  const value = request.headers.get("authorization");
  if (value === null) return exception("AccessDeniedException", "Missing Authentication Token");
  if (value.startsWith("Bearer ")) {
    if (value === `Bearer ${account.apiKey}`) return undefined;
    return exception(
      "AccessDeniedException",
      "Authentication failed: Please make sure your API Key is valid.",
    );
  }
  const fault = checkSigv4(request, { account, service: "bedrock" });
  return fault && exception(fault.type, fault.message);
}
