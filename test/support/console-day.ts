import { deliver } from '../../simulator/delivery/deliver.ts';
import { planDeliveries, type Delivery } from '../../simulator/delivery/delivery-plan.ts';
import { openHttpClient, type HttpClient } from '../../simulator/delivery/http-client.ts';
import { randomOf } from '../../simulator/scenario/random.ts';
import type { Scenario } from '../../simulator/scenario/scenario.ts';
import type { SimulatedCallback, Unnumbered } from '../../simulator/scenario/simulated-callback.ts';
import { storyCallbacks } from './console-story.ts';
import { allHabits, noHabits, smallScenario } from './simulation.ts';
import { patientMs } from './patience.ts';
import { trafficSecrets } from './simulated-traffic.ts';

/** A clock that moves only when it is set, and from `release` on is the machine's. */
export function clockOfDay(atMs: number) {
  let fixedMs: number | null = atMs;
  return {
    clock: () => fixedMs ?? Date.now(),
    set: (ms: number) => (fixedMs = ms),
    release: () => (fixedMs = null),
  };
}

/** A delivery and its arrival time. */
export interface DueDelivery extends Delivery {
  readonly seed: string;
  readonly dueMs: number;
}

/** Milliseconds from an event to its first delivery, and between deliveries of a callback. */
const [delayMsMin, delayMsMax, againMs] = [300, 2_500, 30_000];

const hourMs = 3_600_000;

/** A day of traffic until a moment, an hour at a time, with the story of the pages; each callback is due just after it happened. */
export function dayOfDeliveries(nowMs: number): readonly DueDelivery[] {
  const hours = [23, 20, 17, 14, 12, 9, 7, 5, 3, 2, 1, 0].flatMap((hoursAgo) => {
    const scenario = smallScenario(`day-${hoursAgo}`, nowMs - hoursAgo * hourMs, {
      sessions: 40,
      tasks: 3,
      domains: ['push.example.com', 'live.example.com'],
    });
    const habits = {
      ...allHabits,
      shufflePositions: 0,
      forgeries: hoursAgo === 0 ? 0.05 : 0,
      expired: 0,
      losses: 0.01,
    };
    return dueDeliveries({ ...scenario, callbacks: readable(scenario, hoursAgo) }, habits);
  });
  return [...hours, ...dueCallbacks('story', storyCallbacks(nowMs))].sort((one, other) => one.dueMs - other.dueMs);
}

/** These callbacks, each once and due just after it happened. */
export function dueCallbacks(seed: string, callbacks: readonly Unnumbered[]): readonly DueDelivery[] {
  const numbered = callbacks.map((callback, number) => ({ ...callback, number }));
  return dueDeliveries({ seed, atMs: 0, appIds: [], callbacks: numbered }, noHabits);
}

function dueDeliveries(scenario: Scenario, habits: typeof allHabits): readonly DueDelivery[] {
  const { seed } = scenario;
  const arrivals = new Map<number, number>();
  return planDeliveries(scenario, habits).deliveries.map((delivery) => {
    const { callback } = delivery;
    const before = arrivals.get(callback.number) ?? 0;
    arrivals.set(callback.number, before + 1);
    const delayMs = randomOf(seed, 'delay', callback.number).integer(delayMsMin, delayMsMax);
    return { ...delivery, seed, dueMs: callback.atMs + delayMs + before * againMs };
  });
}

/** Names of source files: `0.mp4` would look like file 1. */
const fileNames = ['intro', 'show', 'credits'] as const;

/** The callbacks as fit for a picture: two accounts, each task with its own id, names in characters that every system has. */
function readable({ appIds, callbacks }: Scenario, hoursAgo: number): readonly SimulatedCallback[] {
  const [first = '', second = ''] = appIds;
  return callbacks
    .map((callback) => JSON.stringify(callback))
    .filter((text) => !/\p{Extended_Pictographic}/u.test(text))
    .map((text) =>
      text
        .replaceAll(first, '1000000001')
        .replaceAll(second, '1000000002')
        .replace(/"taskId":"100(\d+)"/g, (_, rest: string) => `"taskId":"${100 + hoursAgo}${rest}"`)
        .replace(/\/(\d)\.mp4/g, (_, file: string) => `/${fileNames[Number(file)] ?? file}.mp4`),
    )
    .map((text) => JSON.parse(text) as SimulatedCallback);
}

/** Sends deliveries one after another, each when it is due by the clock. */
export async function sendWhenDue(
  url: string,
  day: ReturnType<typeof clockOfDay>,
  deliveries: readonly DueDelivery[],
): Promise<void> {
  const client = openHttpClient({ url: new URL(url), connections: 1, timeoutMs: patientMs });
  try {
    for (const delivery of deliveries) {
      day.set(delivery.dueMs);
      await sendOne(client, day.clock, delivery);
    }
  } finally {
    client.close();
  }
}

async function sendOne(client: HttpClient, clock: () => number, delivery: DueDelivery): Promise<void> {
  const plan = { deliveries: [delivery], lost: new Set<number>() };
  const { failed } = await deliver(plan, {
    client,
    secrets: trafficSecrets,
    seed: delivery.seed,
    clock,
    rate: 0,
    connections: 1,
    retries: 0,
    onProgress: () => undefined,
  });
  if (failed.length > 0) throw new Error('A callback was not taken.');
}
