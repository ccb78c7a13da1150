import type { ReceivingOutage } from './receiving-outage.ts';

/** Outages of receiving, as all nodes have recorded them. */
export interface ReceivingOutages {
  /**
   * Those that have a moment in common with a time, from a moment until another one, both inclusive: the newest at most,
   * newest first.
   */
  between(fromMs: number, toMs: number, outagesMax: number): Promise<readonly ReceivingOutage[]>;
}

/** Outages that are known of a log: of the newest that were recorded. */
export const knownOutagesMax = 10_000;
