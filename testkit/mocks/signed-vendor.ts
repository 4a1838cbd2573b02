import type { SignInDialect } from "./authorization-server.ts";

/** The API of a vendor of the Chat protocol whose accounts sign in: one model, for good tokens only. */
export const signedVendor: Pick<SignInDialect, "api"> = {
  api(request, token) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/v1/")) return undefined;
    if (token === undefined) return Response.json({ error: { message: "canary" } }, { status: 401 });
    if (pathname === "/v1/models") return Response.json({ data: [{ id: "den-1" }] });
    const message = { role: "assistant", content: "signed" };
    return Response.json({
      id: "c1",
      model: "den-1",
      choices: [{ index: 0, message, finish_reason: "stop" }],
    });
  },
};
