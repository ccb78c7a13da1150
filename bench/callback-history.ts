import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { writeArrival } from '../src/callbacks/arrival.ts';
import { interpret } from '../src/callbacks/callback.ts';
import { nameEvent } from '../src/callbacks/event-naming.ts';
import { parseJsonObject } from '../src/callbacks/json-object.ts';
import type { NewEvent } from '../src/log/event-store.ts';
import { openSqliteEventStore } from '../src/log/sqlite/sqlite-event-store.ts';
import { planDeliveries, type Delivery } from '../simulator/delivery/delivery-plan.ts';
import { deliveryRequestOf, signatureOf, type Secrets } from '../simulator/delivery/delivery-request.ts';
import { scenarioOf } from '../simulator/scenario/scenario.ts';

/** The size and mix of a history; a fixed seed determines the rest, so every run has the same history. */
export interface HistoryShape {
  readonly events: number;
  /** Approximate share of relay callbacks among the events. */
  readonly relayShare: number;
}

export interface AppendedArrival {
  readonly streamName: string;
  readonly event: NewEvent;
}

const seed = 'bench';
const endsAtMs = Date.UTC(2026, 0, 1);
const arrivesAfterMs = 200;
const secrets: Secrets = { keys: [{ domain: null, key: 'bench' }], tokens: ['bench-token-bench-token'] };
const habits = { duplicates: 0.03, shufflePositions: 50, losses: 0, forgeries: 0, expired: 0 };

/** Fewer than a simulated stream session or relay task has, so that there are always enough. */
const callbacksOfSessionMin = 1.7;
const callbacksOfTaskMin = 16;

/** Arrivals as `live-ledger simulate` makes them: in order of arrival, some more than once. */
export function* history({ events, relayShare }: HistoryShape): Generator<AppendedArrival> {
  const sessions = Math.ceil((events * (1 - relayShare)) / callbacksOfSessionMin);
  const tasks = Math.ceil((events * relayShare) / callbacksOfTaskMin);
  const { deliveries } = planDeliveries(scenarioOf({ seed, atMs: endsAtMs, sessions, tasks, domains: [] }), habits);
  if (deliveries.length < events) throw new Error('The simulation made too few callbacks.');
  for (const delivery of deliveries.slice(0, events)) yield toArrival(delivery);
}

const appendsAtOnce = 5_000;
const recordedAtMs = 1_700_000_000_000;

/** Writes a log with this history. */
export async function writeHistory(dataDir: string, shape: HistoryShape): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const store = openSqliteEventStore(dataDir, () => recordedAtMs);
  let appends: Promise<unknown>[] = [];
  for (const { streamName, event } of history(shape)) {
    appends.push(store.append(streamName, [event], 'any'));
    if (appends.length < appendsAtOnce) continue;
    await Promise.all(appends);
    appends = [];
  }
  await Promise.all(appends);
  await store.close();
}

function toArrival(delivery: Delivery): AppendedArrival {
  const { callback } = delivery;
  const receivedAtMs = callback.atMs + arrivesAfterMs;
  const data = Buffer.from(deliveryRequestOf(delivery, secrets, seed, receivedAtMs).body);
  const parsed = parseJsonObject(data);
  if (!parsed.ok) throw new Error('The simulation wrote no JSON object.');
  const { streamName, eventType } = nameEvent(interpret(parsed.object));
  const metadata = writeArrival({
    receivedAtMs,
    signature: signatureOf(callback, secrets),
    remoteAddress: '203.0.113.7',
  });
  return { streamName, event: { eventId: randomUUID(), type: eventType, data, metadata } };
}
