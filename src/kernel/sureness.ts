/**
 * How sure a statement is that CSS did not make itself but we concluded. CERTAIN: it follows from values that CSS gives for this purpose,
 * such as a sequence or a task id. LIKELY: everything recorded fits it, and nothing recorded fits another reading better. POSSIBLE: something
 * else that is recorded, or that CSS may not have sent, fits as well.
 */
export const surenesses = ['CERTAIN', 'LIKELY', 'POSSIBLE'] as const;
export type Sureness = (typeof surenesses)[number];

/** A statement that was concluded: how sure it is, from what, and what else may be true. */
export interface Conclusion {
  readonly sureness: Sureness;
  /** What it was concluded from, in one sentence. */
  readonly because: string;
  /** What else may be true, in one sentence; null if nothing else is known that fits. */
  readonly alternative: string | null;
}
