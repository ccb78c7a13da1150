import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventStore } from '../../../src/log/event-store.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { lockLog } from '../../support/locked-log.ts';
import { idsOf, newEvent, readAll } from '../../support/log-events.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';
import { watchThreads, type StartedThreads } from '../../support/started-threads.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('the thread that writes the log', () => {
  let folder: TemporaryFolder;
  let threads: StartedThreads;
  let store: EventStore;
  let logged: ReturnType<typeof openRecordingLogger>;
  const append = (event = newEvent()) => store.append('a-1', [event], 'any');

  beforeEach(() => {
    folder = makeTemporaryFolder();
    threads = watchThreads();
    logged = openRecordingLogger();
    store = openPatientEventStore(folder.path, Date.now, { logger: logged.logger });
  });
  afterEach(async () => {
    await store.close();
    threads.stopWatching();
    folder.remove();
  });

  test('ends with the store, whether it was used or not', async () => {
    await store.close();
    expect(threads.all).toHaveLength(1);
    expect(threads.running()).toBe(0);
    store = openPatientEventStore(folder.path, Date.now);
    await append();
    await store.close();
    expect(threads.all).toHaveLength(2);
    expect(threads.running()).toBe(0);
  });

  test('does not block the main thread while the disk does not answer', async () => {
    await append();
    const lock = lockLog(folder.path);
    const happened: string[] = [];
    const event = newEvent();
    // A commit waits a bounded time for the lock: on a slow machine that may pass before the hundred turns.
    const appended = (): Promise<unknown> => append(event).catch(appended);
    const waiting = appended().then(() => happened.push('appended'));
    for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
    expect(await store.readAt(2n)).not.toBeNull();
    happened.push('a hundred turns and a reading');
    lock.release();
    await waiting;
    expect(happened).toEqual(['a hundred turns and a reading', 'appended']);
    expect(idsOf(await readAll(store.readStream('a-1'))).at(-1)).toBe(event.eventId);
  });

  test('when it dies, the commit in progress may be stored, what waited is not, and another one takes over', async () => {
    await append();
    const lock = lockLog(folder.path);
    const atWork = append();
    await new Promise(setImmediate);
    const settled = Promise.allSettled([atWork, append(), append()]);
    const terminated = threads.all[0]?.terminate();
    lock.release();
    await terminated;
    expect(await settled).toMatchObject(
      [true, false, false].map((mayBeStored) => ({
        status: 'rejected',
        reason: { name: 'StoreUnavailable', mayBeStored },
      })),
    );
    expect(logged.lines.join('')).toContain('the thread that writes the log has ended, and is started again');

    await threads.started(2);
    const { revision } = await append();
    expect((await readAll(store.readStream('a-1'))).at(-1)?.revision).toBe(revision);
  });

  test('while it is gone, appends and truncation fail at once, and the log can be read', async () => {
    await append();
    await threads.all[0]?.terminate();
    await expect(append()).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: false });
    await expect(store.truncateStream('a-1', 1n)).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await readAll(store.readStream('a-1'))).toHaveLength(1);
  });

  test('while it is gone, closing the store starts no other one', async () => {
    await threads.all[0]?.terminate();
    await store.close();
    expect(threads.all).toHaveLength(1);
  });

  test('is started again until it can open the log', async () => {
    await append();
    alterLogFile(folder.path, 'ALTER TABLE events RENAME TO events_elsewhere');
    await threads.all[0]?.terminate();
    await threads.started(3);
    await expect(append()).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: false });
    alterLogFile(folder.path, 'ALTER TABLE events_elsewhere RENAME TO events');
    const appended = async (): Promise<unknown> => append().catch(() => new Promise(setImmediate).then(appended));
    expect(await appended()).toMatchObject({ revision: 1n });
  });

  test('closing completes appends that wait for a disk that does not answer yet', async () => {
    await append();
    const lock = lockLog(folder.path);
    const waiting = [append(), append()];
    const closed = store.close();
    await new Promise(setImmediate);
    lock.release();
    await closed;
    expect(await Promise.all(waiting)).toMatchObject([{ revision: 1n }, { revision: 2n }]);
    expect(threads.running()).toBe(0);
  });
});
