import { createRoute as declare, z } from "@hono/zod-openapi";
import { createPrice } from "../../services/prices/create.ts";
import { getPrice, listPriceVersions } from "../../services/prices/get.ts";
import { listPrices } from "../../services/prices/list.ts";
import { removePrice } from "../../services/prices/remove.ts";
import { updatePrice } from "../../services/prices/update.ts";
import { createRouter } from "../router.ts";
import {
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import {
  createPriceSchema,
  fromPriceBody,
  priceSchema,
  priceVersionSchema,
  toPrice,
  toPriceVersion,
  updatePriceSchema,
} from "../schemas/price-override.ts";

const tags = ["prices"];
const noQuery = z.strictObject({});

const list = declare({
  method: "get",
  path: "/prices",
  summary: "The organization's own prices",
  description: "Each goes before what the catalog or the vendor's list says of the models it fits.",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["model"]),
      provider_id: z.string().max(100).optional().describe("Only those for this provider alone"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(priceSchema), "One page"), default: problemAnswer },
});

const create = declare({
  method: "post",
  path: "/prices",
  summary: "Say what a model costs",
  description:
    "Requests that arrive from `effective_from` on are computed by it; those before stay as they were.",
  tags,
  request: { query: noQuery, body: jsonBody(createPriceSchema) },
  responses: { 201: jsonAnswer(priceSchema, "Kept"), default: problemAnswer },
});

const get = declare({
  method: "get",
  path: "/prices/{id}",
  summary: "One price",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(priceSchema, "The price"), default: problemAnswer },
});

const update = declare({
  method: "patch",
  path: "/prices/{id}",
  summary: "Make a new version of a price",
  description: "The versions before it stay, and so does what was computed by them.",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(updatePriceSchema) },
  responses: { 200: jsonAnswer(priceSchema, "Changed"), default: problemAnswer },
});

const remove = declare({
  method: "delete",
  path: "/prices/{id}",
  summary: "Remove a price",
  description: "The catalog's holds again. Its versions can still be read: rows of the ledger name them.",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Removed" }, default: problemAnswer },
});

const versions = declare({
  method: "get",
  path: "/prices/{id}/versions",
  summary: "All versions of a price",
  description: "The oldest first, also of a price that was removed.",
  tags,
  request: { params: idParams, query: noQuery },
  responses: {
    200: jsonAnswer(z.object({ data: z.array(priceVersionSchema) }), "The versions"),
    default: problemAnswer,
  },
});

/** What models cost an organization, where it knows better than the catalog. */
export function priceRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const { provider_id: providerId, ...query } = c.req.valid("query");
      const page = await listPrices(c.get("services"), { orgId: c.get("orgId"), providerId, ...query });
      return c.json(toPage(page, toPrice), 200);
    })
    .openapi(create, async (c) => {
      const { provider, model, ...body } = c.req.valid("json");
      const input = { orgId: c.get("orgId"), provider, model, ...fromPriceBody(body) };
      return c.json(toPrice(await createPrice(c.get("services"), input)), 201);
    })
    .openapi(get, async (c) => {
      const ref = { orgId: c.get("orgId"), priceId: c.req.valid("param").id };
      return c.json(toPrice(await getPrice(c.get("services"), ref)), 200);
    })
    .openapi(update, async (c) => {
      const ref = { orgId: c.get("orgId"), priceId: c.req.valid("param").id };
      const { tiers, effective_from } = c.req.valid("json");
      const change = tiers === undefined ? { effectiveFrom: toTimeNumber(effective_from) } : undefined;
      const input = change ?? fromPriceBody({ tiers: tiers ?? [], effective_from });
      return c.json(toPrice(await updatePrice(c.get("services"), { ...ref, ...input })), 200);
    })
    .openapi(remove, async (c) => {
      const ref = { orgId: c.get("orgId"), priceId: c.req.valid("param").id };
      await removePrice(c.get("services"), ref);
      return c.body(null, 204);
    })
    .openapi(versions, async (c) => {
      const ref = { orgId: c.get("orgId"), priceId: c.req.valid("param").id };
      const all = await listPriceVersions(c.get("services"), ref);
      return c.json({ data: all.map((version) => toPriceVersion(ref.priceId, version)) }, 200);
    });
}

function toTimeNumber(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
