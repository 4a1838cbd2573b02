import type { Generation, Keeper } from "./generation.ts";

/** A generation, and what it was asked by. */
export interface NamedGeneration {
  readonly generation: Generation;
  /** Of the request: the same name with another digest is a mistake of the client's. */
  readonly digest: string;
}

/**
 * Where a retry finds the generation it belongs to, running or finished. Names belong to a key; what is kept, and for how
 * long, is the store's to bound.
 */
export interface GenerationStore extends Keeper {
  /** Undefined: there is none, or no longer. */
  find(name: string): NamedGeneration | undefined;
  add(name: string, named: NamedGeneration): void;
  /** Of answers that are kept, running ones included. */
  readonly bytes: number;
}
