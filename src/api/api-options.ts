import type { ServiceContext } from "../services/service-context.ts";
import type { CallExplanation, ExplainInput } from "./schemas/explanation.ts";
import type { ModelResolution } from "./schemas/resolution.ts";

/** What the composition root gives the control plane's HTTP edge. */
export interface ApiOptions {
  /** Acts as the system; each request gets its own on behalf of the calling key. */
  readonly services: ServiceContext;
  /** Which model a name would run, and why, as the data plane would decide now. */
  readonly resolve: (query: { readonly orgId: string; readonly model: string }) => ModelResolution;
  /** Where a call would go, and why, as the data plane would decide now; nothing is sent. */
  readonly explain: (query: ExplainInput & { readonly orgId: string }) => Promise<CallExplanation>;
  /** Where clients reach the gateway, e.g. `http://localhost:8080`; no slash at the end. */
  readonly gatewayUrl: string;
  /** Shown by the API and the setup page. */
  readonly version: string;
}
