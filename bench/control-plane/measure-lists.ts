import type { Api } from "../../src/api/create-api.ts";
import { type Figure, figureOf, timed } from "./figure.ts";

const rounds = 15;
const limitMs = 50;

/** Every list that grows with an org, as the API serves it: first page, last pages, and each filter that narrows it. */
export const lists = [
  "/providers",
  "/models",
  "/models?enabled=true",
  "/models?enabled=false",
  "/keys",
  "/keys?state=all",
  "/keys?state=revoked",
  "/audit",
  "/profiles",
  "/orgs",
  "/members",
  "/invitations",
];

/** The time of one page of every list, and of a page far into the long ones. Throws for an answer that is none. */
export async function measureLists(
  api: Api,
  key: string,
  kept: (path: string) => boolean,
): Promise<readonly Figure[]> {
  async function page(path: string): Promise<Page> {
    const headers = { authorization: `Bearer ${key}` };
    const response = await api.request(`/api/v1${path}`, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new RangeError(`GET ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
  const figures: Figure[] = [];
  for (const path of lists.filter(kept)) {
    const values = await timed(rounds, () => page(path));
    figures.push(figureOf(values, { name: `GET ${path}`, unit: "ms", limit: limitMs }));
  }
  for (const path of ["/providers", "/models", "/keys"].filter(kept)) {
    const deep = await farInto(path, page);
    const values = await timed(rounds, () => page(deep));
    figures.push(figureOf(values, { name: `GET ${path}, far in`, unit: "ms", limit: limitMs }));
  }
  return figures;
}

interface Page {
  readonly next_cursor: string | null;
}

/** The last page, found by going there. */
async function farInto(path: string, page: (path: string) => Promise<Page>): Promise<string> {
  let at = `${path}?limit=1000`;
  for (;;) {
    const { next_cursor } = await page(at);
    if (next_cursor === null) return at.replace("limit=1000", "limit=100");
    at = `${path}?limit=1000&cursor=${encodeURIComponent(next_cursor)}`;
  }
}
