import type { CaseId } from "../model/conformance-case.ts";

/** Cases of the survey that the suite does not hold, and why: nothing is left out in silence. */
export const notCovered: readonly { readonly ids: readonly CaseId[]; readonly why: string }[] = [
  {
    ids: ["C011", "C014", "C044", "C100", "C112"],
    why: "part of C010, P011, C043, C101 and of C109 with C110: these run on every surface, streamed and not",
  },
  { ids: ["C104"], why: "part of P062 and P063: these run on every wire that tells reasoning apart" },
  {
    ids: ["C085"],
    why: "needs an image at a public address; that a vendor which takes bytes only gets them, Penstock's own tests show",
  },
  {
    ids: ["C094", "C095"],
    why: "not chat: `testkit/e2e/embeddings.test.ts` has them, by the official clients on every wire",
  },
  {
    ids: ["C118", "C124"],
    why: "a matter of several requests and targets: `testkit/e2e/attempts.test.ts` has them, and C115, C119 and C121 with somewhere to go on",
  },
  {
    ids: ["C061", "C062"],
    why: "needs a route over several deployments of one vendor, of which one is taken away: `testkit/e2e/state-affinity.test.ts` has them, and C064 over a route",
  },
  {
    ids: ["C125", "C127", "C128"],
    why: "needs limits and budgets: `testkit/e2e/admission.test.ts` has them on every surface",
  },
  { ids: ["C131"], why: "needs replicas: `testkit/e2e/replicas.test.ts` has it" },
  { ids: ["C107"], why: "needs a gateway that caches answers" },
  {
    ids: ["C130", "C134", "C137", "C140"],
    why: "concerns the gateway's database, name server, administration or first start, which no client sees",
  },
];
