import type { LossList } from "../neutral/loss.ts";
import type { JsonObject } from "../read-json.ts";
import type { SchemaRules } from "./schema-rules.ts";

/** For what a schema is compiled, and where to say what it lost. */
export interface CompileSchemaOptions {
  readonly rules: SchemaRules;
  readonly losses: LossList;
  /** Where the schema stands in the caller's request. */
  readonly path: string;
}

/** A place in a schema: its path, and the references that are being inlined around it. */
export interface SchemaPlace {
  readonly path: string;
  readonly open: readonly string[];
}

/** Compiles a sub-schema; the pieces of the compiler call each other through it. */
export type CompileSub = (schema: unknown, at: SchemaPlace) => JsonObject;
