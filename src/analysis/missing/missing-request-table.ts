import type { MissingCallbackField } from './missing-callbacks.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import type { Condition } from '../../lists/listing.ts';

/** What to read for one reason, or for several that are found together. */
export interface MissingRequest {
  /** The condition on all rows that may show this reason, without the reason itself. */
  readonly condition: Condition<MissingCallbackField>;
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
  readonly assertGoesOn: () => void;
}
