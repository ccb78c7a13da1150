import { storyOf, type KnownIncident } from './incident-stories.ts';
import { otherCallbacksOf } from './other-callbacks.ts';
import { pushCallbacks } from './push-callbacks.ts';
import { relayCallbacks } from './relay-callbacks.ts';
import { randomOf } from './random.ts';
import type { SimulatedCallback } from './simulated-callback.ts';
import type { ScenarioOptions, ScenarioContext } from './scenario-context.ts';

/** What happened, as the callbacks that CSS would send, before any of them is lost, repeated or reordered. */
export interface Scenario {
  readonly seed: string;
  readonly atMs: number;
  /** The accounts of this scenario; no other scenario uses them. */
  readonly appIds: readonly string[];
  /** What the service must make of a story; null: nothing is known. */
  readonly knownIncidents?: readonly KnownIncident[] | null;
  /** In the order in which they happened; `number` is the index in this list. */
  readonly callbacks: readonly SimulatedCallback[];
}

/** The same options give the same scenario, callback by callback. */
export function scenarioOf(options: ScenarioOptions): Scenario {
  const { seed, atMs } = options;
  const random = randomOf(seed, atMs, 'names');
  const id = random.digits(8);
  // Ten digits, as CSS uses; the first digit makes them different.
  const appIds = [`1${random.digits(9)}`, `2${random.digits(9)}`] as const;
  const context: ScenarioContext = { ...options, id, appIds };
  const story = options.story == null ? null : storyOf(context, options.story);
  const callbacks = story?.callbacks ?? [
    ...pushCallbacks(context),
    ...relayCallbacks(context),
    ...otherCallbacksOf(context),
  ];
  callbacks.sort((one, other) => one.atMs - other.atMs);
  return {
    seed,
    atMs,
    appIds,
    knownIncidents: story?.known ?? null,
    callbacks: callbacks.map((callback, number) => ({ ...callback, number })),
  };
}
