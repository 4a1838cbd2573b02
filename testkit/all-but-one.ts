/** Counts calls that race for one place. */
export interface AllButOne {
  /** Resolves when one call is left: until then, what the winner gives back could let another in. */
  readonly decided: Promise<void>;
  /** Says that a call was answered, and passes its answer on. */
  readonly answered: <T>(answer: T) => T;
}

/** For `count` calls at once of which one is to be admitted: its vendor answers when all others are decided. */
export function allButOne(count: number): AllButOne {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  return {
    decided: promise,
    answered: (answer) => {
      left -= 1;
      if (left === 1) resolve();
      return answer;
    },
  };
}
