import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.ts';
import { openReadModelForWriting, readModelFileName } from '../../src/read-models/sqlite/file/read-model-file.ts';
import { quantilesOf } from '../measure.ts';
import { ask, end, hear, start } from '../processes.ts';
import type { Load, Loaded } from './load.ts';
import type { Kind, Listening, ProductKind, Question, Measured } from './subject.ts';
import { openLocalCommitter } from '../../test/support/local-committer.ts';

export const connectionCounts = [1, 64, 256] as const;

/** Events in each append while a log is filled. */
const fillEvents = 1_000;

export interface Received {
  readonly perSecond: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly loopP99Ms: number;
  readonly loopGreatestMs: number;
  /** CPU time of all threads of the process, including projection, per callback. */
  readonly cpuUs: number;
  readonly fsyncMs: number;
}

export interface Bench {
  /** The folder for data directories. */
  readonly folder: string;
  /** The library to preload that slows fsyncs down. */
  readonly shim: string;
  readonly load: ChildProcess;
}

/** Measures one process with its own log at each number of connections in turn. */
export async function measureReceiving(
  bench: Bench,
  { kind, fsyncSlowerMs, ms }: { kind: Kind; fsyncSlowerMs: number; ms: number },
): Promise<[connections: number, Received][]> {
  const environment = { LD_PRELOAD: bench.shim, FSYNC_DELAY_US: String(fsyncSlowerMs * 1_000) };
  return withSubject(bench, { kind, events: 0, environment }, async (subject, { port, fsyncMs }) => {
    const all: [number, Received][] = [];
    await ask<Load, Loaded>(bench.load, { port, connections: 16, ms: 1_000 });
    for (const connections of connectionCounts) {
      await ask<Question, Measured>(subject, 'report');
      const loaded = await ask<Load, Loaded>(bench.load, { port, connections, ms });
      const { cpuMs, loopP99Ms, loopGreatestMs } = await ask<Question, Measured>(subject, 'report');
      const { p50Ms, p99Ms } = quantilesOf(loaded.latenciesMs);
      all.push([
        connections,
        {
          perSecond: (loaded.acknowledged * 1_000) / ms,
          refused: loaded.refused,
          p50Ms,
          p99Ms,
          loopP99Ms,
          loopGreatestMs,
          cpuUs: (cpuMs * 1_000) / loaded.acknowledged,
          fsyncMs,
        },
      ]);
    }
    return all;
  });
}

/** Measures one process that begins with a log of `events` callbacks and no read model, until it has projected them. */
export function measureCatchUp(bench: Bench, kind: ProductKind, events: number): Promise<Measured> {
  return withSubject(bench, { kind, events, environment: {} }, (subject) =>
    ask<Question, Measured>(subject, 'catchUp'),
  );
}

interface SubjectOptions {
  readonly kind: Kind;
  /** Events in the log before it starts. */
  readonly events: number;
  readonly environment: Readonly<Record<string, string>>;
}

async function withSubject<Result>(
  { folder }: Bench,
  { kind, events, environment }: SubjectOptions,
  measure: (subject: ChildProcess, listening: Listening) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(path.join(folder, 'data-'));
  await prepare(dataDir, events);
  const subject = start('ingest/subject.ts', [kind, dataDir], environment);
  try {
    return await measure(subject, await hear<Listening>(subject));
  } finally {
    await end(subject);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Creates files beforehand, at the disk's own speed. */
async function prepare(dataDir: string, events: number): Promise<void> {
  const store = openSqliteEventStore(dataDir, Date.now, { openCommitter: openLocalCommitter });
  openReadModelForWriting(readModelFileName(dataDir), store.logId).close();
  const sample = new URL('../../test/fixtures/callbacks/push.json', import.meta.url);
  const push = JSON.parse(readFileSync(sample, 'utf8')) as Record<string, unknown>;
  const arrival = { receivedAt: '2018-12-17T07:14:33.000Z', signature: 'NOT_CHECKED', remoteAddress: '127.0.0.1' };
  const metadata = Buffer.from(JSON.stringify(arrival));
  for (let from = 0; from < events; from += fillEvents) {
    const some = Array.from({ length: Math.min(fillEvents, events - from) }, (_, index) => ({
      eventId: randomUUID(),
      type: 'CssPush',
      data: Buffer.from(
        JSON.stringify({ ...push, sequence: String(from + index), stream_id: `stream-${from + index}` }),
      ),
      metadata,
    }));
    await store.append(`pushedStream-${from}`, some, 'any');
  }
  await store.close();
}
