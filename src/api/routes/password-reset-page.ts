import type { Context } from "hono";
import { completePasswordReset } from "../../services/password-resets/complete.ts";
import { previewPasswordReset } from "../../services/password-resets/preview.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { anonymous } from "../middleware/anonymous.ts";
import { clientOf } from "../middleware/client.ts";
import {
  passwordResetDonePage,
  passwordResetPage,
  passwordResetRefusedPage,
} from "../password-reset-page.ts";
import { createRouter } from "../router.ts";
import { allowForm, readLinkForm, refusalOf, sentenceOf } from "./link-form.ts";

/** The page behind a link for a forgotten password; anybody without its token learns nothing. */
export function passwordResetPageRoutes(services: ServiceContext) {
  return createRouter()
    .use("/password-reset", anonymous(services))
    .get("/password-reset", async (c) => {
      allowForm(c);
      return show(c, { token: c.req.query("token") ?? "" });
    })
    .post("/password-reset", async (c) => {
      const { token, password = "" } = await readLinkForm(c);
      allowForm(c);
      try {
        const input = { token, newPassword: password, client: clientOf(c) };
        return c.html(passwordResetDonePage(await completePasswordReset(c.get("anonymous"), input)));
      } catch (thrown) {
        const error = refusalOf(thrown);
        return show(c, { token, problem: sentenceOf(error), status: error.status === 429 ? 429 : 422 });
      }
    });
}

interface Shown {
  readonly token: string;
  readonly problem?: string;
  readonly status?: 422 | 429;
}

async function show(c: Context<ApiEnvironment>, { token, problem, status }: Shown): Promise<Response> {
  try {
    const { email } = await previewPasswordReset(c.get("anonymous"), { token });
    return c.html(passwordResetPage({ email, token, problem }), status ?? 200);
  } catch (thrown) {
    refusalOf(thrown);
    return c.html(passwordResetRefusedPage(), 403);
  }
}
