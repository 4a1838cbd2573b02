import Ajv2020 from "ajv/dist/2020.js";
import { closed, type Document, inlined, type JsonSchema, type Operation } from "./json-schema.ts";

export interface CheckedAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** Judges answers by the contract: what is wrong with one, or undefined. */
export type AnswerChecker = (operation: Operation, answer: CheckedAnswer) => string | undefined;

/** Where a browser is sent back to: a person gets a page, a program a problem document. */
function showsPages({ responses }: Operation): boolean {
  return Object.values(responses).some(({ content }) => content?.["text/html"] !== undefined);
}

export function createAnswerChecker(document: Document): AnswerChecker {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const compiled = new Map<JsonSchema, ReturnType<typeof ajv.compile>>();
  const problemsOf = (schema: JsonSchema, text: string): string | undefined => {
    let validate = compiled.get(schema);
    if (validate === undefined) {
      validate = ajv.compile(closed(inlined(schema, document)));
      compiled.set(schema, validate);
    }
    const parsed = parse(text);
    if (parsed === undefined) return "its body is not JSON";
    return validate(parsed) ? undefined : ajv.errorsText(validate.errors);
  };
  return (operation, { status, contentType, text }) => {
    if (status >= 500) return `it answers ${status}`;
    const declared = operation.responses[String(status)];
    if (declared === undefined) {
      if (status < 400) return `it answers ${status}, which its contract does not have`;
      if (showsPages(operation) && contentType?.startsWith("text/html") === true) return undefined;
      if (contentType !== "application/problem+json") return `an error is ${contentType}`;
    }
    const { content } = declared ?? operation.responses.default ?? {};
    if (content === undefined) return text === "" ? undefined : `${status} has a body`;
    const type = contentType?.split(";")[0] ?? "";
    const schema = content[type]?.schema;
    if (schema === undefined) return `${status} is ${contentType}`;
    if (type.endsWith("ndjson")) {
      // The contract calls it a text: each line is JSON, and a list of nothing has none.
      const lines = text.split("\n").filter((line) => line !== "");
      return lines.every((line) => parse(line) !== undefined) ? undefined : "a line of it is not JSON";
    }
    return type.endsWith("json") ? problemsOf(schema, text) : undefined;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
