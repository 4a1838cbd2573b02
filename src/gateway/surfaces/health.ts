import type { GatewayContext } from "../gateway-context.ts";

/** `/healthz`: the process runs. */
export function healthz(): Response {
  return Response.json({ status: "ok" });
}

/** `/readyz`: this replica can serve; says which part cannot, and what is degraded though it can. */
export async function readyz(context: GatewayContext, draining: boolean): Promise<Response> {
  const { ready, parts } = await context.readiness();
  const plane = context.plane();
  const serving = ready && plane !== undefined && !draining;
  const report = {
    status: serving ? "ready" : "not_ready",
    snapshot: plane === undefined ? "not loaded" : `version ${plane.version}`,
    ...(draining && { shutdown: "draining" }),
    ...parts,
  };
  return Response.json(report, { status: serving ? 200 : 503 });
}
