import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { ReadModelUnusable } from '../../src/read-models/errors.ts';
import { openReadModelForWriting, readModelFileName } from '../../src/read-models/sqlite/file/read-model-file.ts';
import { startProjectionWorker, type ProjectionWorker } from '../../src/wiring/projection-worker/start.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { openLedgerOnDisk, type Ledger } from '../support/ledger.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { watchThreads, type StartedThreads } from '../support/started-threads.ts';

const push = { body: pushBody(), receivedAtMs: 1_000 };
const interruption = { body: interruptionBody(), receivedAtMs: 2_000 };

describe('the projection thread', () => {
  let ledger: Ledger;
  let threads: StartedThreads;
  let projection: ProjectionWorker | null;
  let logged: ReturnType<typeof openRecordingLogger>;

  beforeEach(() => {
    ledger = openLedgerOnDisk();
    threads = watchThreads();
    logged = openRecordingLogger();
    projection = null;
  });
  afterEach(async () => {
    await projection?.stop();
    threads.stopWatching();
    await ledger.close();
  });

  async function start(store: EventStore = ledger.store): Promise<ProjectionWorker> {
    const { logger } = logged;
    return (projection = await startProjectionWorker({
      dataDir: ledger.folder,
      store,
      clock: () => 1_600_000_060_000,
      logger,
    }));
  }
  const end = () => ledger.store.endPosition();

  test('projects what stands in the log, and what comes later, as a projector of this thread would', async () => {
    await ledger.append([push]);
    const thread = await start();
    await thread.waitForPosition(await end());
    await ledger.append([interruption]);
    thread.notify();
    await thread.waitForPosition(await end());
    expect(await thread.lag()).toEqual({ events: 0, ms: 0 });
    expect(thread.counts()).toEqual({ events: 3, callbacks: 2, redeliveries: 0, poisoned: 0 });
    await thread.stop();
    const db = openReadModelForWriting(readModelFileName(ledger.folder), ledger.store.logId);
    expect(db.prepare('SELECT state, changed_position FROM stream_sessions').all()).toEqual([
      { state: 'ENDED', changed_position: 3 },
    ]);
    db.close();
  });

  test('looks by itself where nobody tells it to', async () => {
    const thread = await start();
    await thread.waitForPosition(await end());
    await ledger.append([push]);
    await thread.waitForPosition(await end());
  });

  test('however often it is told to look, one message is on its way to it, and none is forgotten', async () => {
    const thread = await start();
    await thread.waitForPosition(await end());
    const worker = threads.all[0];
    if (worker === undefined) throw new Error('There is no thread.');
    let sent = 0;
    const postMessage = worker.postMessage.bind(worker);
    worker.postMessage = (...message: Parameters<typeof postMessage>) => {
      sent += 1;
      postMessage(...message);
    };
    for (let times = 0; times < 10_000; times += 1) thread.notify();
    expect(sent).toBe(1);
    while (sent < 2) await new Promise(setImmediate);
    for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
    expect(sent).toBe(2);
    await ledger.append([push]);
    thread.notify();
    await thread.waitForPosition(await end());
  });

  test('tells how far it is behind, before it has begun too', async () => {
    await ledger.append([push, interruption]);
    const thread = await start();
    expect(await thread.lag()).toEqual({ events: 3, ms: 60_000 });
    await thread.stop();
  });

  test('logs by the logger of the main thread', async () => {
    const position = await ledger.appendEvent('account-1', { metadata: Buffer.from('null') });
    const thread = await start();
    await thread.waitForPosition(position);
    expect(logged.lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, position: String(position), reason: 'UnreadableEvent: metadata' },
    ]);
    expect(thread.counts()).toMatchObject({ poisoned: 1 });
  });

  test('where it dies is told as stalled and started again: nothing is lost, and the counts go on', async () => {
    await ledger.append([push]);
    const thread = await start();
    await thread.waitForPosition(await end());
    await threads.all[0]?.terminate();
    expect(thread.stalledBecause()).toBe('The projection thread has ended: it was terminated');
    expect(logged.lines.join('')).toContain('the projection thread has ended, and is started again');
    await ledger.append([interruption]);
    await thread.waitForPosition(await end());
    expect(thread.stalledBecause()).toBeNull();
    expect(threads.all).toHaveLength(2);
    expect(thread.counts()).toEqual({ events: 3, callbacks: 2, redeliveries: 0, poisoned: 0 });
  });

  test('stopping rejects whoever waits for what is not projected, and leaves no thread', async () => {
    const thread = await start();
    const waiting = thread.waitForPosition((await end()) + 100n);
    const refused = expect(waiting).rejects.toThrow(/stopped/);
    await thread.stop();
    await refused;
    expect(threads.running()).toBe(0);
  });

  test('is not started on read models that are damaged, with the advice to rebuild them', async () => {
    writeFileSync(readModelFileName(ledger.folder), 'no SQLite file'.repeat(1_000));
    await expect(start()).rejects.toThrow(ReadModelUnusable);
    await expect(start()).rejects.toThrow(/can not be opened as a read model: .* live-ledger rebuild/);
    expect(threads.all).toEqual([]);
  });

  test('is not started on read models of another log', async () => {
    openReadModelForWriting(readModelFileName(ledger.folder), 'another log').close();
    await expect(start()).rejects.toThrow(/another log.*live-ledger rebuild/);
    expect(threads.all).toEqual([]);
  });
});
