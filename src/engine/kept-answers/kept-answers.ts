/** Who keeps an answer, and whether it has been paid for. */
export interface KeptAnswer {
  readonly providerId: string;
  readonly modelId: string;
  /** The key it was made with. */
  readonly keyId: string;
  /** It was still being made when it was last heard of, so that its usage is not on the books. */
  readonly open: boolean;
}

/** Names one answer; ids of one org mean nothing to another. */
export interface AnswerName {
  readonly orgId: string;
  readonly id: string;
}

/** Which vendors keep which answers. What is known may be forgotten at any time: bounded, the oldest first. */
export interface KeptAnswers {
  remember(name: AnswerName, answer: KeptAnswer): void;
  find(name: AnswerName): Promise<KeptAnswer | undefined>;
  /** True once for an open answer: whoever asked enters its usage. */
  close(name: AnswerName): Promise<boolean>;
  forget(name: AnswerName): void;
}
