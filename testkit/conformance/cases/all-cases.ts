import type { ConformanceCase } from "../model/conformance-case.ts";
import type { GroupedCase } from "../run/run-case.ts";
import { bedrockVendorCases } from "./bedrock-vendors.ts";
import { finishCases } from "./finish.ts";
import { geminiCases } from "./gemini-clients.ts";
import { geminiVendorCases } from "./gemini-vendors.ts";
import { messageCases } from "./messages-tools-schemas.ts";
import { bodyCases } from "./multimodal-bodies.ts";
import { reliabilityCases } from "./reliability.ts";
import { responsesCases } from "./responses-clients.ts";
import { responsesVendorCases } from "./responses-vendors.ts";
import { securityCases } from "./security.ts";
import { streamingCases } from "./streaming.ts";
import { thinkingCases } from "./thinking.ts";
import { usageCases } from "./usage.ts";

const groups: readonly (readonly [group: string, cases: readonly ConformanceCase[]])[] = [
  ["Streams and tool calls", streamingCases],
  ["Stop reasons and parameters", finishCases],
  ["Thinking and state", thinkingCases],
  ["Messages, tools, schemas", messageCases],
  ["Multimodal and bodies", bodyCases],
  ["Usage", usageCases],
  ["Reliability and errors", reliabilityCases],
  ["Security", securityCases],
  ["Clients of Responses", responsesCases],
  ["Clients of Gemini", geminiCases],
  ["Vendors of Responses", responsesVendorCases],
  ["Vendors of Gemini", geminiVendorCases],
  ["Vendors on Bedrock", bedrockVendorCases],
];

/** Every case, in the order of the report. A new group is a file beside this one and a line above. */
export const allCases: readonly GroupedCase[] = groups.flatMap(([group, cases]) =>
  cases.map((one) => ({ ...one, group })),
);
