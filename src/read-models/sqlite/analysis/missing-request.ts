import type { MissingCallbackField } from '../../analysis/missing-callbacks.ts';
import type { TimeWindow } from '../../analysis/statistics.ts';
import type { Condition } from '../../listing.ts';

/** What is read of one reason, or of several that are found together. */
export interface MissingRequest {
  /** Of all rows that may show this reason: it no longer names the reason. */
  readonly condition: Condition<MissingCallbackField>;
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
  readonly assertGoesOn: () => void;
}
