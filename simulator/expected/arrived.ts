import type { SimulatedCallback } from '../scenario/simulated-callback.ts';

/** A callback that arrived, and bounds on how often it arrived. */
export interface ArrivedCallback {
  readonly callback: SimulatedCallback;
  readonly deliveriesMin: number;
  readonly deliveriesMax: number;
}

/** A callback of a push, with its deliveries. */
export type ArrivedPushCallback = ArrivedCallback & {
  readonly callback: Extract<SimulatedCallback, { readonly kind: 'PUSH' | 'INTERRUPTION' }>;
};

/** Codes of interruptions that refuse a push. */
const refusingCodes = [18, 19];

/** The callbacks of pushes that began: of the others, only interruptions arrived that say that the push was refused. */
export function callbacksOfSessions(arrived: readonly ArrivedCallback[]): readonly ArrivedPushCallback[] {
  const ofPushes = arrived.filter(
    (one): one is ArrivedPushCallback => one.callback.kind === 'PUSH' || one.callback.kind === 'INTERRUPTION',
  );
  const nameOf = ({ callback: { activity } }: ArrivedPushCallback) =>
    JSON.stringify([activity.appId, activity.sequence]);
  const begun = new Set(
    ofPushes
      .filter(({ callback }) => callback.kind === 'PUSH' || !refusingCodes.includes(callback.code))
      .map((one) => nameOf(one)),
  );
  return ofPushes.filter((one) => begun.has(nameOf(one)));
}
