import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {
  ledgerStreamName,
  StoreOverloaded,
  StoreUnavailable,
  type EventStore,
  type RecordedEvent,
} from '../../src/log/event-store.ts';
import { logFilePath } from '../../src/log/sqlite/log-file.ts';
import { openPatientEventStore } from './sqlite-store.ts';
import { Closing } from '../../src/kernel/this-process.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { Receiver } from '../../src/recorder/receiver.ts';
import { openSpool, spoolBounds, type Spool } from '../../src/log/spool/spool.ts';
import { createSpoolingAppend } from '../../src/log/spool/spooling-append.ts';
import { openOutageRecord, readLastEnd } from '../../src/node/outages.ts';
import { spoolFolder } from '../../src/node/data-dir.ts';
import { pushBody } from './callback-bodies.ts';
import { drainAll } from './drain-all.ts';
import { openLocalCommitter } from './local-committer.ts';
import { readLog } from './log-events.ts';
import type { Happening, WhatHappened } from './outage-oracle.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A node of a history: with the embedded log if it has no name, otherwise one of several on a shared log. */
export interface HistoryNode {
  readonly name: string | null;
  readonly hasSpool: boolean;
  readonly hasCopy: boolean;
}

const logStates = ['ANSWERING', 'AWAY', 'OVERLOADED', 'STORING_UNANSWERED'] as const;
type LogState = (typeof logStates)[number];

/** The next step, and its node. A step that does not apply then, such as stopping a node that is down, does nothing. */
export type Step = { readonly afterMs: number; readonly node: number } & (
  | { readonly what: 'CALLBACK' | 'START' | 'FAIL_TO_START' | 'STOP' | 'KILL' }
  | { readonly what: 'LOG'; readonly log: LogState }
);

export function stepsOf(nodes: number): fc.Arbitrary<readonly Step[]> {
  const afterMs = fc.constantFrom(0, 1, 999, 1_000, 20_000, 59_999, 60_000, 600_000);
  const base = { afterMs, node: fc.nat({ max: nodes - 1 }) };
  const ofNode = (weight: number, what: 'CALLBACK' | 'START' | 'FAIL_TO_START' | 'STOP' | 'KILL') => ({
    weight,
    arbitrary: fc.record({ ...base, what: fc.constant(what) }),
  });
  const ofLog = fc.record({ ...base, what: fc.constant('LOG'), log: fc.constantFrom(...logStates) });
  const step = fc.oneof(
    ...[ofNode(6, 'CALLBACK'), ofNode(4, 'START'), ofNode(1, 'FAIL_TO_START'), ofNode(2, 'STOP'), ofNode(1, 'KILL')],
    { weight: 2, arbitrary: ofLog },
  );
  return fc.array(step, { maxLength: 20 * nodes, size: 'max' });
}

/** Runs nodes through a history, at the end of which all are well and stopped; returns what happened and the log's events. */
export async function liveThrough(kinds: readonly HistoryNode[], steps: readonly Step[]) {
  const folder = makeTemporaryFolder();
  const world = { nowMs: Date.parse('2026-10-01T00:00:00Z'), log: 'ANSWERING' as LogState };
  const clock = () => world.nowMs;
  const logFolder = path.join(folder.path, 'log');
  const log = openPatientEventStore(logFolder, clock, { openCommitter: openLocalCommitter });
  const target = {
    away: () => (world.log === 'AWAY' ? { reason: 'It is away.' } : null),
    answering: () => Promise.resolve(),
    append: async (...given: Parameters<EventStore['append']>) => {
      if (world.log === 'OVERLOADED') throw new StoreOverloaded('It has too much to do.');
      const appended = await log.append(...given);
      if (world.log === 'STORING_UNANSWERED') throw new StoreUnavailable('No answer.', { mayBeStored: true });
      return appended;
    },
  };
  const happened: Happening[] = [];
  const nodes = kinds.map((kind, index) => {
    const dataDir = path.join(folder.path, `node-${index}`);
    mkdirSync(path.join(dataDir, 'copy'), { recursive: true });
    return createNode(kind, { dataDir, log, logFolder, target, clock, world, happened });
  });
  for (const { afterMs, node, ...step } of steps) {
    world.nowMs += afterMs;
    if (step.what === 'LOG') world.log = step.log;
    else await nodes[node]?.[step.what]();
    if (world.log === 'ANSWERING') for (const one of nodes) await one.drain();
  }
  world.log = 'ANSWERING';
  for (const node of nodes) {
    world.nowMs += 1;
    for (const step of ['START', 'CALLBACK', 'drain', 'STOP'] as const) await node[step]();
  }
  const events = await readLog(log);
  await log.close();
  folder.remove();
  return { happened, events };
}

interface World {
  readonly dataDir: string;
  readonly log: EventStore;
  readonly logFolder: string;
  readonly target: Parameters<typeof drainAll>[1] & Parameters<typeof createSpoolingAppend>[0]['target'];
  readonly clock: () => number;
  readonly world: { readonly log: LogState };
  readonly happened: Happening[];
}

function createNode({ name, hasSpool, hasCopy }: HistoryNode, given: World) {
  const { dataDir, log, logFolder, target, clock, world, happened } = given;
  const copyFolder = path.join(dataDir, 'copy');
  let running: Awaited<ReturnType<typeof start>> | null = null;
  const note = (happening: WhatHappened) => void happened.push({ node: name, atMs: clock(), ...happening });

  async function start(isTaking: boolean) {
    const folders = name === null ? [logFolder] : hasCopy ? [copyFolder, spoolFolder(dataDir)] : [];
    const lastEnd = readLastEnd(dataDir, folders);
    const closing = new Closing(silentLogger);
    let spool: Spool | null = null;
    let waiting: EventStore | null = null;
    if (hasSpool) {
      waiting = openPatientEventStore(spoolFolder(dataDir), clock, { openCommitter: openLocalCommitter });
      spool = await openSpool({ store: waiting, bounds: spoolBounds, clock });
    }
    const appending: Promise<unknown>[] = [];
    const spooling = createSpoolingAppend({ target, spool, loopDelayMs: () => 0 });
    const append: EventStore['append'] = (...events) => {
      const appended = spooling(...events);
      appending.push(appended.catch(() => undefined));
      return appended;
    };
    const outages = openOutageRecord({ lastEnd, append, node: name }, { dataDir, clock, closing, outageMsMin: 1_000 });
    if (isTaking) outages.takingCallbacks();
    const receiver = new Receiver({
      append,
      quarantine: { keep: () => Promise.resolve('STORED' as const) },
      clock,
      rejections: { note: () => undefined },
      authenticity: { keys: [], tokens: [] },
      onOutcome() {
        note({ what: 'STORED' });
        outages.record.noteStored();
      },
      onNotStored(cause) {
        note({ what: 'REFUSED', cause });
        outages.record.noteNotStored(cause);
      },
    });
    return {
      closing,
      receiver,
      spool,
      waiting,
      /** Resolves once everything that it appends by itself is appended or has failed. */
      async settled() {
        while (appending.length > 0) {
          await Promise.all(appending.splice(0));
          await new Promise(setImmediate);
        }
      },
    };
  }

  /** Ends like a process: what it has not stored is lost. */
  async function end({ waiting }: Awaited<ReturnType<typeof start>>) {
    running = null;
    await waiting?.close();
  }

  return {
    async START() {
      if (running !== null) return;
      const isStoring = hasSpool || world.log === 'ANSWERING' || world.log === 'STORING_UNANSWERED';
      running = await start(true);
      note({ what: 'TAKING', isStoring });
      await running.settled();
    },
    async FAIL_TO_START() {
      if (running !== null) return;
      const started = await start(false);
      await started.closing.closeAll();
      await end(started);
    },
    async CALLBACK() {
      const body = Buffer.from(JSON.stringify(pushBody({ sequence: randomUUID() })));
      await running?.receiver.receive({ body, token: null, remoteAddress: '' }).catch(() => undefined);
      await running?.settled();
    },
    async STOP() {
      if (running === null) return;
      await running.closing.closeAll();
      note({ what: 'STOPPED' });
      await end(running);
    },
    async KILL() {
      if (running === null) return;
      const known = [...(await readLog(log)), ...(running.waiting === null ? [] : await readLog(running.waiting))];
      note({ what: 'KILLED', newestMs: hasCopy ? newestOf(known) : null });
      await end(running);
      const copied = logFilePath(copyFolder);
      rmSync(copied, { force: true });
      new Database(logFilePath(logFolder)).exec(`VACUUM INTO '${copied}'`).close();
    },
    async drain() {
      if (running?.spool != null) await drainAll(running.spool, target);
    },
  };
}

function newestOf(events: readonly RecordedEvent[]): number | null {
  const times = events.filter(({ streamName }) => streamName !== ledgerStreamName).map((one) => one.recordedAtMs);
  return times.length === 0 ? null : Math.max(...times);
}
