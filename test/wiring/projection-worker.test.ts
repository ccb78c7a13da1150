import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Notifier } from '../../src/kernel/notifier.ts';
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
  let appended: Notifier;
  let logged: ReturnType<typeof openRecordingLogger>;

  beforeEach(() => {
    ledger = openLedgerOnDisk();
    threads = watchThreads();
    logged = openRecordingLogger();
    projection = null;
    appended = new Notifier();
  });
  afterEach(async () => {
    await projection?.stop();
    threads.stopWatching();
    await ledger.close();
  });

  function start(): ProjectionWorker {
    const { logger } = logged;
    const { store, folder: dataDir } = ledger;
    const file = readModelFileName(dataDir);
    openReadModelForWriting(file, store.logId).close();
    return (projection = startProjectionWorker({
      dataDir,
      file,
      checkpoint: null,
      store,
      appended,
      clock: () => 1_600_000_060_000,
      logger,
    }));
  }
  const end = () => ledger.store.endPosition();

  test('projects what is in the log and what is appended later, as a projector on this thread would', async () => {
    await ledger.append([push]);
    const thread = start();
    await thread.waitForPosition(await end());
    await ledger.append([interruption]);
    appended.notify();
    await thread.waitForPosition(await end());
    expect(await thread.lag()).toEqual({ events: 0, ms: 0 });
    expect(thread.counts()).toEqual({ events: 3, callbacks: 2, redeliveries: 0, poisoned: 0, damaged: 0 });
    await thread.stop();
    const db = openReadModelForWriting(readModelFileName(ledger.folder), ledger.store.logId);
    expect(db.prepare('SELECT state, changed_position FROM stream_sessions').all()).toEqual([
      { state: 'ENDED', changed_position: 3 },
    ]);
    db.close();
  });

  test('reads on by itself, without a notification', async () => {
    const thread = start();
    await thread.waitForPosition(await end());
    await ledger.append([push]);
    await thread.waitForPosition(await end());
  });

  test('however many notifications there are, one message is under way to it, and none is lost', async () => {
    const thread = start();
    await thread.waitForPosition(await end());
    const worker = threads.all[0];
    if (worker === undefined) throw new Error('There is no thread.');
    let sent = 0;
    const postMessage = worker.postMessage.bind(worker);
    worker.postMessage = (...message: Parameters<typeof postMessage>) => {
      sent += 1;
      postMessage(...message);
    };
    appended.notify();
    await Promise.resolve();
    for (let times = 0; times < 10_000; times += 1) appended.notify();
    await Promise.resolve();
    expect(sent).toBe(1);
    while (sent < 2) await new Promise(setImmediate);
    for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
    expect(sent).toBe(2);
    await ledger.append([push]);
    appended.notify();
    await thread.waitForPosition(await end());
  });

  test('reports how far it is behind, even before it has begun', async () => {
    await ledger.append([push, interruption]);
    const thread = start();
    expect(await thread.lag()).toEqual({ events: 3, ms: 60_000 });
    await thread.stop();
  });

  test('logs through the logger of the main thread', async () => {
    const position = await ledger.appendEvent('account-1', { metadata: Buffer.from('null') });
    const thread = start();
    await thread.waitForPosition(position);
    expect(logged.lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, position: String(position), reason: 'UnreadableEvent: metadata' },
    ]);
    expect(thread.counts()).toMatchObject({ poisoned: 1 });
  });

  test('counts as stalled if it dies, and is restarted: nothing is lost, and the counts continue', async () => {
    await ledger.append([push]);
    const thread = start();
    await thread.waitForPosition(await end());
    await threads.all[0]?.terminate();
    expect(thread.stalledBecause()).toBe('The projection thread has ended: it was terminated');
    expect(logged.lines.join('')).toContain('the projection thread has ended, and is started again');
    await ledger.append([interruption]);
    await thread.waitForPosition(await end());
    expect(thread.stalledBecause()).toBeNull();
    expect(threads.all).toHaveLength(2);
    expect(thread.counts()).toEqual({ events: 3, callbacks: 2, redeliveries: 0, poisoned: 0, damaged: 0 });
  });

  test('stopping rejects callers that wait for a later position, and leaves no thread', async () => {
    const thread = start();
    const waiting = thread.waitForPosition((await end()) + 100n);
    const refused = expect(waiting).rejects.toThrow(/stopped/);
    await thread.stop();
    await refused;
    expect(threads.running()).toBe(0);
  });
});
