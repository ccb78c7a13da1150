import type { SimulatedCallback } from '../scenario/simulated-callback.ts';

/** A callback that arrived, and bounds on how often it arrived. */
export interface ArrivedCallback {
  readonly callback: SimulatedCallback;
  readonly deliveriesMin: number;
  readonly deliveriesMax: number;
}
