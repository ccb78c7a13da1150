/**
 * Catches up with a log in EventStoreDB from its beginning, in its own process: as the bare client, which only counts; as a query node of
 * this product; or as one half of that node.
 */
import { EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { openApp } from '../../test/support/app.ts';
import { createStreamNames } from '../../src/log/eventstoredb/settings.ts';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import { openReadModelForWriting, readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { Notifier } from '../../src/kernel/notifier.ts';
import { startReplicaWorker } from '../../src/node/replica/replica-log.ts';
import { startProjectionWorker } from '../../src/projecting/worker/start.ts';
import { copyFolder } from '../../src/node/data-dir.ts';

/** `rows` begins with a complete copy and no rows; the others begin with nothing. */
export type Kind = 'bare client' | 'copy' | 'rows' | 'query node';

export interface CatchUp {
  readonly kind: Kind;
  readonly url: string;
  readonly prefix: string;
  readonly dataDir: string;
  /** Position of the last event. */
  readonly end: string;
}

export interface CaughtUp {
  readonly elapsedMs: number;
  /** CPU time of all threads of the process from the first call on. */
  readonly cpuMs: number;
}

/** Milliseconds between two requests: a small part of catching up, and asking takes a small part of the processors. */
const askEveryMs = 50;

const logger = pino({ level: 'error' });

const catchUps: Readonly<Record<Kind, (given: CatchUp, end: bigint) => Promise<void>>> = {
  'bare client': count,
  copy,
  rows,
  'query node': startQueryNode,
};

process.on('message', (given: CatchUp) => {
  void measure(given).then((caughtUp) => process.send?.(caughtUp));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function measure(given: CatchUp): Promise<CaughtUp> {
  const cpu = process.cpuUsage();
  const begunMs = performance.now();
  await catchUps[given.kind](given, BigInt(given.end));
  const elapsedMs = performance.now() - begunMs;
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedMs, cpuMs: (user + system) / 1_000 };
}

/** Reads the same events with the same filter, as few checkpoints and as large a buffer; does nothing with them. */
async function count({ url, prefix }: CatchUp, end: bigint): Promise<void> {
  const client = EventStoreDBClient.connectionString(url);
  const prefixes = [...createStreamNames(prefix).filterPrefixes];
  const subscription = client.subscribeToAll(
    { fromPosition: START, filter: streamNameFilter({ prefixes, checkpointInterval: 1_000 }) },
    { highWaterMark: 2_000 },
  );
  for await (const { event } of subscription) if ((event?.position.commit ?? 0n) >= end) return;
}

async function copy({ url, prefix, dataDir }: CatchUp, end: bigint): Promise<void> {
  const folder = copyFolder(dataDir);
  const copied = { check: (): unknown => undefined };
  const replica = startReplicaWorker({
    source: { kind: 'eventstoredb', url, prefix },
    folder,
    clock,
    logger,
    onCopied: () => void copied.check(),
  });
  await replica.begun;
  const reader = new SqliteEventReader(folder);
  await new Promise<void>((resolve) => {
    copied.check = async () => {
      if ((await reader.endPosition()) >= end) resolve();
    };
    void copied.check();
  });
}

async function rows({ dataDir }: CatchUp, end: bigint): Promise<void> {
  const folder = copyFolder(dataDir);
  const store = new SqliteEventReader(folder);
  const file = readModelFileName(folder);
  openReadModelForWriting(file, store.logId).close();
  const projection = startProjectionWorker({
    dataDir: folder,
    file,
    checkpoint: null,
    appended: new Notifier(),
    logger,
  });
  while ((projection.checkpoint() ?? -1n) < end) await pause(1);
}

async function startQueryNode({ url, prefix, dataDir }: CatchUp, end: bigint): Promise<void> {
  const node = await openApp({
    dataDir,
    eventStore: { kind: 'eventstoredb', url, prefix },
    roles: { receive: false, query: true },
    authenticity: { keys: [], tokens: [] },
    host: '127.0.0.1',
    port: 0,
    trustProxy: [],
    access: { mode: 'open' },
    logger,
  });
  const body = JSON.stringify({ query: '{ projections { position } }' });
  for (;;) {
    const response = await fetch(`${node.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { data } = (await response.json()) as { data: { projections: { position: string | null }[] } | null };
    if (BigInt(data?.projections[0]?.position ?? 0) >= end) return;
    await pause(askEveryMs);
  }
}
