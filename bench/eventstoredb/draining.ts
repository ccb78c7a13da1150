import { ANY, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { EventStoreDbAppender } from '../../src/log/eventstoredb/appender.ts';
import { encodeEvent } from '../../src/log/eventstoredb/event-codec.ts';
import { createStreamNames } from '../../src/log/eventstoredb/settings.ts';
import { openSqliteEventStore } from '../../src/log/sqlite/sqlite-event-store.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { silentLogger as logger } from '../../src/kernel/logger.ts';
import { drainInFlightMax, SpoolDrain } from '../../src/log/spool/spool-drain.ts';
import { openSpool, spoolBounds as bounds } from '../../src/log/spool/spool.ts';
import { history } from '../callback-history.ts';
import { line, spread } from '../table.ts';
import { newPrefix, relayShare, type Bench } from './bench.ts';

/** Callbacks in flight into the spool, which refuses more than 10,000. */
const keptAtOnce = 1_000;

/** Compares draining a whole spool with appending the same callbacks by the bare client, with as many in flight. */
export async function measureDraining({ url, folder, rounds, events }: Bench): Promise<void> {
  const prefix = newPrefix();
  const measured: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const dataDir = mkdtempSync(path.join(folder, 'spool-'));
    const ours = async () => (events * 1_000) / (await drain(dataDir, { url, prefix, events }));
    const theirs = async () => (events * 1_000) / (await appendByClient({ url, prefix, events }));
    if (round % 2 === 0) measured.push({ ours: await ours(), theirs: await theirs() });
    else {
      const first = await theirs();
      measured.push({ ours: await ours(), theirs: first });
    }
    rmSync(dataDir, { recursive: true });
  }
  line([`${events} spooled callbacks`, -26], ['drained/s', 22], ['client: appends/s', 22], ['ratio', 18]);
  line(
    [`${drainInFlightMax} in flight`, -26],
    [spread(measured.map(({ ours }) => ours)), 22],
    [spread(measured.map(({ theirs }) => theirs)), 22],
    [spread(measured.map(({ ours, theirs }) => ours / theirs)), 18],
  );
}

type Log = Pick<Bench, 'url' | 'events'> & { readonly prefix: string };

/** Milliseconds from the first append until the file is empty. */
async function drain(dataDir: string, { url, prefix, events }: Log): Promise<number> {
  const store = openSqliteEventStore(dataDir, clock);
  const spool = await openSpool({ store, bounds, clock });
  let kept: Promise<unknown>[] = [];
  for (const { streamName, event } of history({ events, relayShare })) {
    kept.push(spool.keep(streamName, [event]));
    if (kept.length < keptAtOnce) continue;
    await Promise.all(kept);
    kept = [];
  }
  await Promise.all(kept);
  const target = new EventStoreDbAppender({ url, prefix, logger });
  await target.answering();
  const begunMs = performance.now();
  await new Promise<void>((resolve) => {
    const draining = new SpoolDrain({ spool, target, logger, onEmptied: () => void draining.stop().then(resolve) });
  });
  const elapsedMs = performance.now() - begunMs;
  await target.close();
  await store.close();
  return elapsedMs;
}

async function appendByClient({ url, prefix, events }: Log): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  const names = createStreamNames(prefix);
  const ready = [...history({ events, relayShare })].map(({ streamName, event }) => {
    const { type, data, metadata } = encodeEvent(event);
    const made = jsonEvent({ id: randomUUID(), type, data: valueOf(data), metadata: valueOf(metadata) });
    return { streamName: names.toServer(streamName), event: made };
  });
  const begunMs = performance.now();
  const appendInTurn = async () => {
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      await client.appendToStream(next.streamName, next.event, { expectedRevision: ANY });
    }
  };
  await Promise.all(Array.from({ length: drainInFlightMax }, appendInTurn));
  const elapsedMs = performance.now() - begunMs;
  await client.dispose();
  return elapsedMs;
}

function valueOf(json: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(json).toString()) as Record<string, unknown>;
}
