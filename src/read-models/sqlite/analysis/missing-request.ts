import type { MissingCallbackField } from '../../analysis/missing-callbacks.ts';
import type { TimeWindow } from '../../analysis/statistics.ts';
import type { Condition } from '../../listing.ts';

/** What to read for one reason, or for several that are found together. */
export interface MissingRequest {
  /** The condition on all rows that may show this reason, without the reason itself. */
  readonly condition: Condition<MissingCallbackField>;
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
  readonly assertGoesOn: () => void;
}
