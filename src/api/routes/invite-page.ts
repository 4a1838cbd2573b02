import type { Context } from "hono";
import { acceptInvitation } from "../../services/invitations/accept.ts";
import { previewInvitation } from "../../services/invitations/preview.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { readSession } from "../../services/sessions/read-session.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { inviteDonePage, invitePage, inviteRefusedPage } from "../invite-page.ts";
import { anonymous } from "../middleware/anonymous.ts";
import { clientOf, setCookies } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { allowForm, readLinkForm, refusalOf, sentenceOf } from "./link-form.ts";

/** The page behind an invitation's link; anybody without its token learns nothing. */
export function invitePageRoutes(services: ServiceContext) {
  return createRouter()
    .use("/invite", anonymous(services))
    .get("/invite", async (c) => {
      allowForm(c);
      return show(c, { token: c.req.query("token") ?? "" });
    })
    .post("/invite", async (c) => {
      const { token, name = "", password } = await readLinkForm(c);
      const account = password === undefined ? undefined : { name, password };
      allowForm(c);
      try {
        const { orgName } = await previewInvitation(c.get("anonymous"), { token });
        const accepted = await acceptInvitation(c.get("anonymous"), { token, account, client: clientOf(c) });
        setCookies(c, accepted.cookies);
        return c.html(inviteDonePage({ orgName, email: accepted.session.user.email }));
      } catch (thrown) {
        const error = refusalOf(thrown);
        return show(c, {
          token,
          problem: sentenceOf(error),
          filled: { name },
          status: error.status === 429 ? 429 : 422,
        });
      }
    });
}

interface Shown {
  readonly token: string;
  readonly problem?: string;
  readonly filled?: { readonly name: string };
  readonly status?: 422 | 429;
}

async function show(c: Context<ApiEnvironment>, { status, ...form }: Shown): Promise<Response> {
  const ctx = c.get("anonymous");
  try {
    const offer = await previewInvitation(ctx, { token: form.token });
    const session = await readSession(ctx, clientOf(c));
    return c.html(
      invitePage(offer, { ...form, signedIn: session?.session.user.email === offer.email }),
      status ?? 200,
    );
  } catch (thrown) {
    refusalOf(thrown);
    return c.html(inviteRefusedPage(), 403);
  }
}
