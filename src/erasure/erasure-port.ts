import type { Erasure } from './erasure-events.ts';
import type { ErasureCriteria, ErasurePlan, Targets } from './find-subjects.ts';
import type { ShownPlan } from './plan-token.ts';

/** Erases in the log of this node. */
export interface ErasurePort {
  plan(criteria: ErasureCriteria): Promise<ErasurePlan>;
  /** A plan as a text that every node of the log takes. */
  write(plan: ShownPlan): string;
  /** Null: it is not one of this log, or of somebody else, or too old. */
  read(text: string, now: Pick<ShownPlan, 'by'> & { readonly nowMs: number }): ShownPlan | null;
  /** Durable once it returns. @throws LedgerError - BAD_USER_INPUT: another erasure is not done */
  request(erasure: Erasure, targets: Targets): void;
}
