import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { buildReadModel } from '../../src/operations/rebuild/build-read-model.ts';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import { interpret } from '../../src/callbacks/callback.ts';
import { nameEvent } from '../../src/callbacks/event-naming.ts';
import { parseJsonObject } from '../../src/callbacks/json-object.ts';
import { openSqliteEventStore } from '../../src/log/sqlite/sqlite-event-store.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { jsonText } from '../../simulator/delivery/json-text.ts';
import { bodyOf } from '../../simulator/delivery/wire-body.ts';
import type { SimulatedCallback } from '../../simulator/scenario/simulated-callback.ts';
import { historyOf } from './history.ts';

/** Fewer appends than may wait for a commit. */
const appendsAtOnce = 5_000;

/** One in this many callbacks arrives twice. */
const repeatedEvery = 33;

const arrivesAfterMs = 200;

/** Writes a ledger as a stopped service leaves it: callbacks of `sessions` sessions in the log, and their read models. */
export async function writeLedger(dataDir: string, sessions: number): Promise<{ readonly events: number }> {
  mkdirSync(dataDir, { recursive: true });
  let nowMs = 0;
  const store = openSqliteEventStore(dataDir, () => nowMs);
  try {
    let appends: Promise<unknown>[] = [];
    let number = 0;
    let events = 0;
    for (const happened of historyOf(sessions)) {
      const { streamName, ...event } = arrivalOf({ ...happened, number });
      nowMs = happened.atMs + arrivesAfterMs;
      const times = number % repeatedEvery === 0 ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        appends.push(store.append(streamName, [{ ...event, eventId: randomUUID() }], 'any'));
      }
      number += 1;
      events += times;
      if (appends.length < appendsAtOnce) continue;
      await Promise.all(appends);
      appends = [];
    }
    await Promise.all(appends);
    await buildReadModel(store, dataDir, { onProgress: () => undefined, logger: silentLogger });
    return { events };
  } finally {
    await store.close();
  }
}

function arrivalOf(callback: SimulatedCallback) {
  const receivedAtMs = callback.atMs + arrivesAfterMs;
  const data = Buffer.from(jsonText({ ...bodyOf(callback), t: Math.floor(receivedAtMs / 1_000) + 600 }));
  const parsed = parseJsonObject(data);
  if (!parsed.ok) throw new Error('The history has a callback that is no JSON object.');
  const { streamName, eventType } = nameEvent(interpret(parsed.object));
  const metadata = writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '203.0.113.7' });
  return { streamName, type: eventType, data, metadata };
}
