import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import path from 'node:path';
import { StoreUnavailable } from '../../../src/log/event-store.ts';
import type { LogCommit } from '../../../src/log/event-store.ts';
import { newEvent, newEvents, readAll } from '../../support/log-events.ts';
import { openPatientEventStore, openTemporarySqliteStore } from '../../support/sqlite-store.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { countWalCommits } from '../../support/wal-commits.ts';

describe('group commit of the embedded log', () => {
  let opened: ReturnType<typeof openTemporarySqliteStore>;
  const alter = (sql: string) => {
    alterLogFile(opened.dataDir, sql);
  };
  const commits = () => countWalCommits(path.join(opened.dataDir, 'log.sqlite-wal'));

  beforeEach(() => {
    opened = openTemporarySqliteStore();
  });
  afterEach(() => opened.close());

  test('1,000 appends of one event-loop iteration share one commit on the disk', async () => {
    const before = commits();
    await Promise.all(newEvents(1_000).map((event, index) => opened.store.append(`a-${index % 7}`, [event], 'any')));
    expect(commits() - before).toBe(1);
  });

  test('successive appends have a commit each: none is answered before its own', async () => {
    const before = commits();
    for (const event of newEvents(5)) await opened.store.append('a-1', [event], 'any');
    expect(commits() - before).toBe(5);
  });

  test('those who follow the log and read the same before the next commit share it, and no commit is missed', async () => {
    const { signal } = new AbortController();
    const page = async () => {
      for await (const { events } of opened.store.followAll({ after: null, batchEventsMax: 10, signal })) return events;
      return [];
    };
    await opened.store.append('a-1', newEvents(3), 'any');
    const [first, second] = [await page(), await page()];
    expect(second).toBe(first);
    await opened.store.append('a-1', newEvents(1), 'any');
    const third = await page();
    await opened.store.truncateStream('a-1', 1n);
    expect([third.length, (await page()).length]).toEqual([first.length + 1, first.length]);
  });

  test('between two pages of the log other work runs, and so the page before can be given up', async () => {
    const { signal } = new AbortController();
    await opened.store.append('a-1', newEvents(30), 'any');
    const seen: string[] = [];
    for await (const { caughtUp } of opened.store.followAll({ after: null, batchEventsMax: 10, signal })) {
      seen.push('page');
      if (caughtUp) break;
      setImmediate(() => seen.push('other work'));
    }
    expect(seen).toEqual(['page', 'other work', 'page', 'other work', 'page', 'other work', 'page']);
  });

  test('truncations of one event-loop iteration share one commit; a long one takes turns with the others', async () => {
    const streams = Array.from({ length: 20 }, (_, index) => `a-${index}`);
    for (const streamName of streams) await opened.store.append(streamName, newEvents(3), 'any');
    const before = commits();
    await Promise.all(streams.map((streamName) => opened.store.truncateStream(streamName, 2n)));
    expect(commits() - before).toBe(1);
    await opened.store.append('b-1', newEvents(2_500), 'any');
    await Promise.all(['b-1', ...streams].map((streamName) => opened.store.truncateStream(streamName, 2_400n)));
    const left = await Promise.all(
      ['b-1', ...streams].map(async (streamName) => (await readAll(opened.store.readStream(streamName))).length),
    );
    expect(left).toEqual([100, ...streams.map(() => 0)]);
  });

  test('an event that the disk refuses rejects its whole group with StoreUnavailable, and leaves nothing of it', async () => {
    alter(`CREATE TRIGGER refusal BEFORE INSERT ON events WHEN new.type = 'Refused'
           BEGIN SELECT RAISE(ABORT, 'the disk is broken here'); END`);
    const settled = await Promise.allSettled([
      opened.store.append('a-1', [newEvent()], 'any'),
      opened.store.append('a-1', [newEvent(), newEvent({ type: 'Refused' })], 'any'),
    ]);
    for (const one of settled) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
    }
    expect(await readAll(opened.store.readStream('a-1'))).toEqual([]);
  });

  test('a log that cannot be written for a while rejects with StoreUnavailable, and takes appends again afterwards', async () => {
    await opened.store.append('b-1', [newEvent()], 'any');
    alter('ALTER TABLE events RENAME TO events_elsewhere');
    await expect(opened.store.append('a-1', [newEvent()], 'any')).rejects.toMatchObject({
      name: 'StoreUnavailable',
      mayBeStored: false,
    });
    alter('ALTER TABLE events_elsewhere RENAME TO events');
    expect(await opened.store.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 0n });
  });

  test('a log that another program locks for longer than it waits rejects with StoreUnavailable, and takes appends again', async () => {
    const other = new Database(path.join(opened.dataDir, 'log.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await expect(opened.store.append('a-1', [newEvent()], 'any')).rejects.toMatchObject({
      name: 'StoreUnavailable',
      mayBeStored: false,
    });
    other.close();
    expect(await opened.store.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 0n });
  });

  test('reports each commit once it is durable, with its events and duration', async () => {
    const folder = makeTemporaryFolder();
    const commits: LogCommit[] = [];
    const store = openPatientEventStore(folder.path, Date.now, { onCommit: (commit) => commits.push(commit) });
    const event = newEvent({ data: Buffer.alloc(100), metadata: Buffer.alloc(11) });
    await Promise.all([store.append('a-1', [event, event], 'any'), store.append('a-2', [event], 'any')]);
    alterLogFile(folder.path, 'ALTER TABLE events RENAME TO events_elsewhere');
    await expect(store.append('a-1', [event], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
    await store.close();
    folder.remove();
    expect(commits).toEqual([{ events: 3, durationMs: expect.any(Number) as unknown }]);
    expect(commits[0]?.durationMs).toBeGreaterThan(0);
  });

  test('a repetition with any is in the log twice, with one event id', async () => {
    const event = newEvent();
    await opened.store.append('a-1', [event], 'any');
    await opened.store.append('a-1', [event], 'any');
    const recorded = await readAll(opened.store.readStream('a-1'));
    expect(recorded.map(({ eventId, revision }) => [eventId, revision])).toEqual([
      [event.eventId, 0n],
      [event.eventId, 1n],
    ]);
  });
});
