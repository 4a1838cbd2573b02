import type { OpenApiDocument } from "../document.ts";
import { createRouter } from "../router.ts";
import { referencePage } from "./reference-page.ts";

/** `/docs`: the contract for people. Rendered here, with neither script nor anything from elsewhere. */
export function referenceRoutes(document: () => OpenApiDocument) {
  let html: string | undefined;
  return createRouter().get("/docs", (c) => {
    html ??= referencePage(document());
    return c.html(html);
  });
}
