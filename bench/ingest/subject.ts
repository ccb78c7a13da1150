/**
 * The measured server, in its own process. `bare` is node:http and stores nothing. The others are this product: on one thread; on two, with
 * projection on its own thread; and on three, its real configuration, with commits on their own thread too.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { noCurrentAlerts } from '../../src/domain/alerts/current-alerts.ts';
import { noForwarding } from '../../src/domain/forwarding/forwarding-control.ts';
import { quarantineBounds } from '../../src/quarantine/share.ts';
import { openQuarantine } from '../../src/quarantine/quarantine.ts';
import { createReceiver } from '../../src/recorder/receiver.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.ts';
import { Notifier } from '../../src/kernel/notifier.ts';
import { liveBounds } from '../../src/http/subscriptions/live-bounds.ts';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import { createServer } from '../../src/http/server.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import type { GraphqlPorts } from '../../src/graphql/context.ts';
import { startProjector, type Projector } from '../../src/projections/projector.ts';
import { openReadModelForWriting, readModelFileName } from '../../src/read-models/sqlite/file/read-model-file.ts';
import { createFileSource } from '../../src/read-models/sqlite/reader-source.ts';
import { openSqliteReadModels, type SqliteReadModels } from '../../src/read-models/sqlite/sqlite-read-models.ts';
import { createSqliteReadModelWriter } from '../../src/read-models/sqlite/sqlite-read-model-writer.ts';
import { startProjectionWorker } from '../../src/wiring/projection-worker/start.ts';
import { openLocalCommitter } from '../../test/support/local-committer.ts';

export type ProductKind = 'one thread' | 'two threads' | 'three threads';
export type Kind = 'bare' | ProductKind;

/** `report`: the figures since the last question. `catchUp`: the same, once everything in the log at the start is projected. */
export type Question = 'report' | 'catchUp';

export interface Listening {
  readonly port: number;
  readonly fsyncMs: number;
}

/** Figures since the last question. */
export interface Measured {
  readonly loopP99Ms: number;
  readonly loopGreatestMs: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

const [kind, dataDir] = process.argv.slice(2) as [Kind, string];
const say = (said: Listening | Measured) => process.send?.(said);

/** Milliseconds: the timer's interval, which the histogram includes. */
const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
let cpu = process.cpuUsage();
let sinceMs = performance.now();
const started = kind === 'bare' ? await listenBare() : await listen(kind);
process.on('message', (question: Question) => {
  void (question === 'catchUp' ? started.caughtUp() : Promise.resolve()).then(report);
});
say({ port: started.port, fsyncMs: measureFsync() });

function report(): void {
  const { user, system } = process.cpuUsage(cpu);
  const msOf = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  say({
    loopP99Ms: msOf(delay.percentile(99)),
    loopGreatestMs: msOf(delay.max),
    cpuMs: (user + system) / 1_000,
    elapsedMs: performance.now() - sinceMs,
  });
  delay.reset();
  cpu = process.cpuUsage();
  sinceMs = performance.now();
}

interface Started {
  readonly port: number;
  /** Resolves once everything now in the log is projected. */
  caughtUp(): Promise<void>;
}

function listenBare(): Promise<Started> {
  const server = createHttpServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end('{"code":0}');
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ port: (server.address() as AddressInfo).port, caughtUp: () => Promise.resolve() });
    });
  });
}

function openReaders(file: string): SqliteReadModels {
  const readers = openSqliteReadModels();
  readers.readFrom(createFileSource(file, () => undefined));
  return readers;
}

function progressOf(projector: Projector): GraphqlPorts['progress'] {
  return {
    lag: () => Promise.reject(new Error('Nobody asks how far it is.')),
    stalledBecause: () => projector.stalledBecause(),
    counts: () => projector.counts(),
    build: () => Promise.resolve(null),
  };
}

const noSetup: GraphqlPorts['callbackSetup'] = {
  takesCallbacks: true,
  keys: () => 0,
  tokens: () => 0,
  sendTest: () => Promise.reject(new Error('Nobody asks for a test.')),
};

const noDecision = () => Promise.reject(new Error('Nobody decides on quarantine.'));

/** Nobody asks for statistics or the past, makes decisions, or forwards anything. */
const unasked = {
  decisions: { release: noDecision, discard: noDecision },
  analyses: { ask: () => Promise.reject(new Error('There are no analysis threads.')) },
  past: { open: () => Promise.reject(new Error('There are no read models of the past.')) },
  forwarding: noForwarding,
  alerts: noCurrentAlerts,
  operatorFacts: { record: () => Promise.resolve('NOT_STORED' as const) },
  outages: { between: () => Promise.resolve([]) },
};

const bodiesOf = (store: Pick<EventStore, 'readAt'>): GraphqlPorts['bodies'] => ({
  bodyAt: async (position) => (await store.readAt(position))?.data ?? null,
  eventIdAt: () => Promise.resolve(null),
});

async function listen(threads: ProductKind): Promise<Started> {
  const logger = pino({ level: 'error' });
  const metrics = createMetrics();
  const appended = new Notifier();
  const store = openSqliteEventStore(dataDir, clock, {
    ...(threads === 'three threads' ? {} : { openCommitter: openLocalCommitter }),
    logger,
    onCommit(commit) {
      metrics.committed(commit);
      appended.notify();
    },
  });
  const file = readModelFileName(dataDir);
  let projector: Projector;
  if (threads === 'one thread') {
    const rows = createSqliteReadModelWriter(openReadModelForWriting(file, store.logId));
    projector = await startProjector({ store, rows, logger });
  } else {
    openReadModelForWriting(file, store.logId).close();
    projector = startProjectionWorker({ dataDir, file, checkpoint: null, appended, logger });
  }
  const { newest, snapshots } = openReaders(file);
  const ports: GraphqlPorts = {
    readModel: newest,
    snapshots,
    ...unasked,
    bodies: bodiesOf(store),
    progress: progressOf(projector),
    callbackSetup: noSetup,
    // Nobody subscribes.
    log: store,
    mayHavePosition: () => Promise.resolve(true),
    notifications: new Notifier(),
    clock,
    health: { spooled: () => null, replicaBrokenBecause: () => null },
    logger,
  };
  const { fastify: server } = await createServer({
    receiving: {
      receiver: createReceiver({
        store,
        quarantine: await openQuarantine({ store, bounds: quarantineBounds, clock }),
        authenticity: { keys: [], tokens: [] },
        clock,
        logger,
        onOutcome: metrics.received,
      }),
      recording: { canStore: () => true, spooled: () => null },
    },
    graphql: () => ports,
    liveBounds,
    consoleFolder: null,
    disk: () => ({ freeBytes: Infinity, reserveBytes: 0 }),
    metrics,
    access: { mode: 'open' },
    trustProxy: [],
    corsOrigins: [],
    logger,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    port: (server.server.address() as AddressInfo).port,
    async caughtUp() {
      const end = await store.endPosition();
      while ((newest.checkpoint() ?? -1n) < end) await pause(1);
    },
  };
}

/** The median of a few 4 KB writes with fdatasync in the log's folder, in milliseconds. */
function measureFsync(): number {
  const file = path.join(dataDir, 'fsync');
  const descriptor = openSync(file, 'w');
  const took = Array.from({ length: 5 }, () => {
    writeSync(descriptor, Buffer.alloc(4_096));
    const begun = performance.now();
    fdatasyncSync(descriptor);
    return performance.now() - begun;
  }).sort((one, other) => one - other);
  closeSync(descriptor);
  rmSync(file);
  return took[2] ?? NaN;
}
