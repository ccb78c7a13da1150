import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Notifier } from '../../../src/kernel/notifier.ts';
import { openReadModelForWriting, readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { startProjectionWorker, type ProjectionWorker } from '../../../src/projecting/worker/start.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { openLedgerOnDisk, type Ledger } from '../../support/ledger.ts';
import { projectedTo } from '../../support/projected-to.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';
import { watchThreads, type StartedThreads } from '../../support/started-threads.ts';

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
    return (projection = startProjectionWorker({ dataDir, file, checkpoint: null, appended, logger }));
  }
  const end = () => ledger.store.endPosition();

  test('projects what is in the log and what is appended later, as a projector on this thread would', async () => {
    await ledger.append([push]);
    const thread = start();
    await projectedTo(await end(), thread);
    await ledger.append([interruption]);
    appended.notify();
    await projectedTo(await end(), thread);
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
    await projectedTo(await end(), thread);
    await ledger.append([push]);
    await projectedTo(await end(), thread);
  });

  test('however many notifications there are, one message is under way to it, and none is lost', async () => {
    const thread = start();
    await projectedTo(await end(), thread);
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
    await projectedTo(await end(), thread);
  });

  test('logs through the logger of the main thread', async () => {
    const position = await ledger.appendEvent('account-1', { metadata: Buffer.from('null') });
    const thread = start();
    await projectedTo(position, thread);
    expect(logged.lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, position: String(position), reason: 'UnreadableEvent: metadata' },
    ]);
    expect(thread.counts()).toMatchObject({ poisoned: 1 });
  });

  test('counts as stalled if it dies, and is restarted: nothing is lost, and the counts continue', async () => {
    await ledger.append([push]);
    const thread = start();
    await projectedTo(await end(), thread);
    await threads.all[0]?.terminate();
    expect(thread.stalledBecause()).toBe('The projection thread has ended: it was terminated');
    expect(logged.lines.join('')).toContain('the projection thread has ended, and is started again');
    await ledger.append([interruption]);
    await projectedTo(await end(), thread);
    expect(thread.stalledBecause()).toBeNull();
    expect(threads.all).toHaveLength(2);
    expect(thread.counts()).toEqual({ events: 3, callbacks: 2, redeliveries: 0, poisoned: 0, damaged: 0 });
  });

  test('stopping leaves no thread', async () => {
    await start().stop();
    expect(threads.running()).toBe(0);
  });
});
