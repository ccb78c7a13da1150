import type { SimulatedCallback } from '../scenario/simulated-callback.ts';

/** A callback that arrived, and the bounds of how often. */
export interface ArrivedCallback {
  readonly callback: SimulatedCallback;
  readonly deliveriesMin: number;
  readonly deliveriesMax: number;
}
