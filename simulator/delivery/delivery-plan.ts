import { randomOf, type Random } from '../scenario/random.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SimulatedCallback } from '../scenario/simulated-callback.ts';

/** What happens to callbacks on their way, as shares from 0 to 1. */
export interface Habits {
  /** Callbacks delivered again with another `t` and `sign`, half of them with their JSON written differently. */
  readonly duplicates: number;
  /** Positions by which a delivery may move; one in twenty may move twenty times as far. 0: in order. */
  readonly shufflePositions: number;
  /** Callbacks that are never sent. */
  readonly losses: number;
  /** Forgeries made from true callbacks. Only for a service with keys or tokens. */
  readonly forgeries: number;
  /** Callbacks replayed with a valid `sign` of two hours ago. Only for a service with keys. */
  readonly expired: number;
}

/** One delivery of a callback; it may take several attempts. */
export interface Delivery {
  /** Index in the plan. */
  readonly number: number;
  /** EXPIRED and FORGED deliveries must change nothing but the quarantine. */
  readonly kind: 'FIRST' | 'REPEAT' | 'EXPIRED' | 'FORGED';
  readonly callback: SimulatedCallback;
  /** Deliveries in one queue are sent in order, each after the previous one was answered. Null: at any time. */
  readonly queue: string | null;
}

/** All requests that a simulation sends, in order, and what it loses on purpose. */
export interface DeliveryPlan {
  readonly deliveries: readonly Delivery[];
  /** Numbers of the callbacks that are never sent. */
  readonly lost: ReadonlySet<number>;
}

/** CSS repeats a callback up to twelve times. */
const repeatsMax = 12;

/** Plans what to deliver, in which order. The same scenario and habits give the same plan. */
export function planDeliveries(scenario: Scenario, habits: Habits): DeliveryPlan {
  const lost = new Set<number>();
  const groups: Group[] = [];
  for (const callback of scenario.callbacks) {
    const random = randomOf(scenario.seed, scenario.atMs, 'delivery', callback.number);
    if (random.chance(habits.losses)) {
      lost.add(callback.number);
    } else {
      groups.push(...groupsOf(callback, habits, random));
    }
  }
  groups.sort((one, other) => one.position - other.position);
  const deliveries = inQueueOrder(groups).flatMap(({ kinds, callback }) =>
    kinds.map((kind) => ({ kind, callback, queue: queueOf(callback, kind) })),
  );
  return { deliveries: deliveries.map((delivery, number) => ({ ...delivery, number })), lost };
}

/** Deliveries of one callback that follow each other directly, and the position by which groups are sorted. */
interface Group {
  readonly position: number;
  readonly callback: SimulatedCallback;
  readonly kinds: readonly Delivery['kind'][];
}

function* groupsOf(callback: SimulatedCallback, habits: Habits, random: Random): Generator<Group> {
  const position = () => callback.number + shift(habits.shufflePositions, random);
  let repeats = 0;
  while (repeats < repeatsMax && random.chance(habits.duplicates)) repeats += 1;
  const redeliveries = Array.from({ length: repeats }, () => 'REPEAT' as const);
  if (isTimeless(callback)) {
    // Without a time, only a repetition soon afterwards is recognized as a redelivery.
    yield { position: position(), callback, kinds: ['FIRST', ...redeliveries] };
  } else {
    yield { position: position(), callback, kinds: ['FIRST'] };
    for (const kind of redeliveries) yield { position: position(), callback, kinds: [kind] };
  }
  const isSigned = callback.kind !== 'RELAY';
  if (isSigned && random.chance(habits.expired)) yield { position: position(), callback, kinds: ['EXPIRED'] };
  if (random.chance(habits.forgeries)) yield { position: position(), callback, kinds: ['FORGED'] };
}

function shift(shufflePositions: number, random: Random): number {
  const far = random.chance(0.05) ? 20 : 1;
  return random.fraction() * shufflePositions * far;
}

/** Whether a callback carries no time, so that its arrival orders it. */
function isTimeless(callback: SimulatedCallback): boolean {
  return callback.kind === 'RELAY' && callback.task.dialect.clock === 'NONE';
}

function queueOf(callback: SimulatedCallback, kind: Delivery['kind']): string | null {
  if (!isTimeless(callback) || kind === 'FORGED' || callback.kind !== 'RELAY') return null;
  return `${callback.task.appId}/${callback.task.taskId}`;
}

/**
 * Keeps the set of positions that the groups of a queue have, but puts the groups into the order in which they
 * happened.
 */
function inQueueOrder(groups: readonly Group[]): Group[] {
  const queues = new Map<string, Group[]>();
  for (const group of groups) {
    const queue = queueOf(group.callback, group.kinds[0] ?? 'FIRST');
    if (queue !== null) queues.set(queue, [...(queues.get(queue) ?? []), group]);
  }
  for (const queue of queues.values()) queue.sort((one, other) => other.callback.number - one.callback.number);
  return groups.map((group) => {
    const queue = queueOf(group.callback, group.kinds[0] ?? 'FIRST');
    return queues.get(queue ?? '')?.pop() ?? group;
  });
}
