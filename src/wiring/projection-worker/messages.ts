import type { Logger } from '../../kernel/logger.ts';
import type { ProjectedCounts } from '../../read-models/read-model-reader.ts';

export type ProjectionRequest = 'lookAgain' | 'stop';

/** What the projection thread says of itself: after each batch, and when it stalls or goes on. */
export interface ProjectionStatus {
  readonly checkpoint: bigint | null;
  readonly stalledBecause: string | null;
  /** Since the thread was started. */
  readonly counts: ProjectedCounts;
}

export type ProjectionMessage =
  /** It was told to look again, and does. */
  | { readonly kind: 'looks' }
  | ({ readonly kind: 'status' } & ProjectionStatus)
  | {
      readonly kind: 'log';
      readonly level: keyof Logger;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
