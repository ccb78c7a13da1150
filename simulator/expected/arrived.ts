import type { SimulatedCallback } from '../scenario/simulated-callback.ts';

/** A callback that arrived, and how often. */
export interface Arrived {
  readonly callback: SimulatedCallback;
  readonly leastDeliveries: number;
  readonly mostDeliveries: number;
}
