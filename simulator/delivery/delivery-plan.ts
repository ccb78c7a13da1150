import { randomOf, type Random } from '../scenario/random.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SimulatedCallback } from '../scenario/simulated-callback.ts';

/** What goes wrong on the way, as shares of the callbacks, 0 to 1. */
export interface Habits {
  /** Callbacks that are delivered again: re-stamped, half of them written otherwise. */
  readonly duplicates: number;
  /** Places by which a delivery may move; a twentieth of them moves up to twenty times as far. 0: in order. */
  readonly shufflePositions: number;
  /** Callbacks that are never sent. */
  readonly losses: number;
  /** Deliveries that prove nothing, made of true callbacks. Only for a ledger with keys or tokens. */
  readonly forgeries: number;
  /** Callbacks that are sent again with a right `sign` of two hours ago. Only for a ledger with keys. */
  readonly expired: number;
}

/** One callback on its way. All attempts to deliver it are one delivery. */
export interface Delivery {
  /** Place in the plan. */
  readonly number: number;
  /** EXPIRED and FORGED ones must change nothing but the quarantine. */
  readonly kind: 'FIRST' | 'REPEAT' | 'EXPIRED' | 'FORGED';
  readonly callback: SimulatedCallback;
  /** Deliveries of one lane are sent one after another, each after the answer to the one before; null: at any time. */
  readonly lane: string | null;
}

export interface DeliveryPlan {
  readonly deliveries: readonly Delivery[];
  /** Numbers of the callbacks that are never sent. */
  readonly lost: ReadonlySet<number>;
}

/** Most deliveries of one callback; CSS repeats twelve times. */
const repeatsMax = 12;

/** The same scenario and habits give the same plan. */
export function planDeliveries(scenario: Scenario, habits: Habits): DeliveryPlan {
  const lost = new Set<number>();
  const groups: Placed[] = [];
  for (const callback of scenario.callbacks) {
    const random = randomOf(scenario.seed, scenario.atMs, 'delivery', callback.number);
    if (random.chance(habits.losses)) {
      lost.add(callback.number);
    } else {
      groups.push(...placesOf(callback, habits, random));
    }
  }
  groups.sort((one, other) => one.place - other.place);
  const deliveries = inLaneOrder(groups).flatMap(({ kinds, callback }) =>
    kinds.map((kind) => ({ kind, callback, lane: laneOf(callback, kind) })),
  );
  return { deliveries: deliveries.map((delivery, number) => ({ ...delivery, number })), lost };
}

/** Deliveries that follow each other at once, and their place among all. */
interface Placed {
  readonly place: number;
  readonly callback: SimulatedCallback;
  readonly kinds: readonly Delivery['kind'][];
}

function* placesOf(callback: SimulatedCallback, habits: Habits, random: Random): Generator<Placed> {
  const place = () => callback.number + moved(habits.shufflePositions, random);
  let repeats = 0;
  while (repeats < repeatsMax && random.chance(habits.duplicates)) repeats += 1;
  const again = Array.from({ length: repeats }, () => 'REPEAT' as const);
  if (isTimeless(callback)) {
    // Without a time, only what comes soon after is known as a redelivery.
    yield { place: place(), callback, kinds: ['FIRST', ...again] };
  } else {
    yield { place: place(), callback, kinds: ['FIRST'] };
    for (const kind of again) yield { place: place(), callback, kinds: [kind] };
  }
  const isSigned = callback.kind !== 'RELAY';
  if (isSigned && random.chance(habits.expired)) yield { place: place(), callback, kinds: ['EXPIRED'] };
  if (random.chance(habits.forgeries)) yield { place: place(), callback, kinds: ['FORGED'] };
}

function moved(shufflePlaces: number, random: Random): number {
  const far = random.chance(0.05) ? 20 : 1;
  return random.fraction() * shufflePlaces * far;
}

/** A callback without a time is placed by when it arrives. */
function isTimeless(callback: SimulatedCallback): boolean {
  return callback.kind === 'RELAY' && callback.task.dialect.clock === 'NONE';
}

function laneOf(callback: SimulatedCallback, kind: Delivery['kind']): string | null {
  if (!isTimeless(callback) || kind === 'FORGED' || callback.kind !== 'RELAY') return null;
  return `${callback.task.appId}/${callback.task.taskId}`;
}

/** What has a lane keeps the places of its lane, but takes them in the order in which it happened. */
function inLaneOrder(groups: readonly Placed[]): Placed[] {
  const lanes = new Map<string, Placed[]>();
  for (const group of groups) {
    const lane = laneOf(group.callback, group.kinds[0] ?? 'FIRST');
    if (lane !== null) lanes.set(lane, [...(lanes.get(lane) ?? []), group]);
  }
  for (const placed of lanes.values()) placed.sort((one, other) => other.callback.number - one.callback.number);
  return groups.map((group) => {
    const lane = laneOf(group.callback, group.kinds[0] ?? 'FIRST');
    return lanes.get(lane ?? '')?.pop() ?? group;
  });
}
