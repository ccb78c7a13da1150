import { otherCallbacksOf } from './other-callbacks.ts';
import { pushStories } from './push-callbacks.ts';
import { relayStories } from './relay-callbacks.ts';
import { randomOf } from './random.ts';
import type { SimulatedCallback } from './simulated-callback.ts';
import type { ScenarioOptions, Stage } from './stage.ts';

/** What happened, and the callbacks that CSS makes of it: true by construction, before anything is lost or repeated. */
export interface Scenario {
  readonly seed: string;
  readonly atMs: number;
  /** The accounts of this simulation; no other one uses them. */
  readonly appIds: readonly string[];
  /** In the order in which they happened; `number` is the place in this list. */
  readonly callbacks: readonly SimulatedCallback[];
}

/** The same options give the same scenario, callback by callback. */
export function scenarioOf(options: ScenarioOptions): Scenario {
  const { seed, atMs } = options;
  const random = randomOf(seed, atMs, 'names');
  const id = random.digits(8);
  // Ten digits, as CSS gives them; apart by their first, so that they never are the same.
  const appIds = [`1${random.digits(9)}`, `2${random.digits(9)}`] as const;
  const stage: Stage = { ...options, id, appIds };
  const callbacks = [...pushStories(stage), ...relayStories(stage), ...otherCallbacksOf(stage)];
  callbacks.sort((one, other) => one.atMs - other.atMs);
  return { seed, atMs, appIds, callbacks: callbacks.map((callback, number) => ({ ...callback, number })) };
}
