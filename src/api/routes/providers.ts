import { createRoute, z } from "@hono/zod-openapi";
import { createProvider } from "../../services/providers/create.ts";
import { getProvider } from "../../services/providers/get.ts";
import { listProviders } from "../../services/providers/list.ts";
import { removeProvider } from "../../services/providers/remove.ts";
import { updateProvider } from "../../services/providers/update.ts";
import { upsertProviderByName } from "../../services/providers/upsert-by-name.ts";
import { createRouter } from "../router.ts";
import { releaseQuery } from "../schemas/binding.ts";
import {
  flagQuery,
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  searchQuery,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import {
  createProviderSchema,
  fromProviderBody,
  providerSchema,
  toProvider,
  updateProviderSchema,
  upsertProviderSchema,
} from "../schemas/provider.ts";

const tags = ["providers"];
const writeQuery = z.strictObject({
  validate: flagQuery.describe(
    "`false`: save although the vendor cannot be asked; the status stays `pending`",
  ),
  discover: flagQuery.describe("Ask the vendor for its models after saving"),
});

const changeQuery = writeQuery.extend(releaseQuery);

const list = createRoute({
  method: "get",
  path: "/providers",
  summary: "Providers",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["name", "priority"]),
      driver: z.string().max(100).optional().describe("Id of the driver"),
      status: providerSchema.shape.status.optional(),
      enabled: flagQuery,
      query: searchQuery("the name"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(providerSchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/providers",
  summary: "Register a provider",
  description: "The credential is tried at the vendor before anything is saved.",
  tags,
  request: { query: writeQuery, body: jsonBody(createProviderSchema) },
  responses: { 201: jsonAnswer(providerSchema, "Registered"), default: problemAnswer },
});

const get = createRoute({
  method: "get",
  path: "/providers/{id}",
  summary: "One provider",
  tags,
  request: { params: idParams, query: z.strictObject({}) },
  responses: { 200: jsonAnswer(providerSchema, "The provider"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/providers/{id}",
  summary: "Change a provider",
  description: "What is left out stays. A changed credential or address is tried at the vendor first.",
  tags,
  request: { params: idParams, query: changeQuery, body: jsonBody(updateProviderSchema) },
  responses: { 200: jsonAnswer(providerSchema, "Changed"), default: problemAnswer },
});

const remove = createRoute({
  method: "delete",
  path: "/providers/{id}",
  summary: "Remove a provider with its models and credential",
  tags,
  request: { params: idParams, query: z.strictObject(releaseQuery) },
  responses: { 204: { description: "Removed" }, default: problemAnswer },
});

const upsert = createRoute({
  method: "put",
  path: "/providers/by-name/{name}",
  summary: "Register a provider, or change the one of that name",
  tags,
  request: {
    params: z.strictObject({ name: z.string() }),
    query: changeQuery,
    body: jsonBody(upsertProviderSchema),
  },
  responses: {
    200: jsonAnswer(providerSchema, "Changed"),
    201: jsonAnswer(providerSchema, "Registered"),
    default: problemAnswer,
  },
});

/** Reading and writing of providers. */
export function providerRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listProviders(c.get("services"), { orgId: c.get("orgId"), ...c.req.valid("query") });
      return c.json(
        toPage(page, (each) => toProvider(each, c.get("services"))),
        200,
      );
    })
    .openapi(create, async (c) => {
      const provider = await createProvider(c.get("services"), {
        orgId: c.get("orgId"),
        ...c.req.valid("query"),
        ...fromProviderBody(c.req.valid("json")),
      });
      return c.json(toProvider(provider, c.get("services")), 201);
    })
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(
        toProvider(
          await getProvider(c.get("services"), { orgId: c.get("orgId"), providerId: id }),
          c.get("services"),
        ),
        200,
      );
    })
    .openapi(update, async (c) => {
      const { rebind, force, ...query } = c.req.valid("query");
      const provider = await updateProvider(c.get("services"), {
        orgId: c.get("orgId"),
        providerId: c.req.valid("param").id,
        mode: { rebind, force },
        ...query,
        ...fromProviderBody(c.req.valid("json")),
      });
      return c.json(toProvider(provider, c.get("services")), 200);
    })
    .openapi(remove, async (c) => {
      await removeProvider(c.get("services"), {
        orgId: c.get("orgId"),
        providerId: c.req.valid("param").id,
        mode: c.req.valid("query"),
      });
      return c.body(null, 204);
    })
    .openapi(upsert, async (c) => {
      const { rebind, force, ...query } = c.req.valid("query");
      const { created, provider } = await upsertProviderByName(c.get("services"), {
        orgId: c.get("orgId"),
        name: c.req.valid("param").name,
        mode: { rebind, force },
        ...query,
        ...fromProviderBody(c.req.valid("json")),
      });
      return created
        ? c.json(toProvider(provider, c.get("services")), 201)
        : c.json(toProvider(provider, c.get("services")), 200);
    });
}
