import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import fc from 'fast-check';
import { LogUnusable, type NewEvent, type RecordedEvent } from '../../../src/log/event-store.ts';
import type { EventStoreDbAppender } from '../../../src/log/eventstoredb/appender.ts';
import { beginNextEpoch } from '../../../src/log/eventstoredb/ledger-identity.ts';
import { removeSqliteLogReplica } from '../../../src/log/sqlite/sqlite-log-replica.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { askUntil } from '../../support/ask-until.ts';
import { newPrefix, openAppender, openReplica, type OpenedReplica } from '../../support/eventstoredb-log.ts';
import { heal, startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { idsOf, newEvent, newEvents, readLog } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('replication from EventStoreDB', () => {
  let server: EventStoreDbServer;
  let prefix: string;
  let appender: EventStoreDbAppender;
  let folders: TemporaryFolder[];
  let copies: OpenedReplica[];

  beforeAll(async () => {
    server = await startEventStoreDb();
  });
  beforeEach(async () => {
    [folders, copies] = [[], []];
    prefix = newPrefix();
    appender = openAppender(server.url, { prefix });
    await appender.answering();
  });
  afterEach(async () => {
    await heal(server);
    await appender.close();
    for (const copy of copies.splice(0)) await copy.close();
    for (const folder of folders) folder.remove();
  });
  afterAll(() => server.close());

  function newFolder(): string {
    const folder = makeTemporaryFolder();
    folders.push(folder);
    return folder.path;
  }

  async function follow(folder = newFolder(), given = prefix): Promise<OpenedReplica> {
    const copy = await openReplica(server.url, given, folder);
    copies.push(copy);
    return copy;
  }

  async function unfollow(copy: OpenedReplica): Promise<string> {
    copies.splice(copies.indexOf(copy), 1);
    await copy.close();
    return copy.folder;
  }

  async function appendAll(events: readonly NewEvent[], streams = 3): Promise<bigint> {
    const appended = await Promise.all(
      events.map((event, index) => appender.append(`a-${index % streams}`, [event], 'any')),
    );
    return appended.map(({ position }) => position).reduce((one, other) => (one > other ? one : other), 0n);
  }

  const copied = async ({ reader }: OpenedReplica) => (await readLog(reader)).slice(1);
  const sameIds = (events: readonly RecordedEvent[], expected: readonly NewEvent[]) => {
    expect(idsOf(events).sort()).toEqual(idsOf(expected).sort());
  };

  testNeeding('stand-in')(
    'copies each event once, in the order of the log, if the connection is cut after every event',
    async () => {
      const events = newEvents(25);
      const end = await appendAll(events);
      await server.fault({ cutAfterEvents: 1 });
      const cut = await follow();
      await cut.waitForPosition(end);
      await server.fault({ cutAfterEvents: 0 });
      const whole = await follow();
      await whole.replication.caughtUp();
      expect(await copied(cut)).toEqual(await copied(whole));
      sameIds(await copied(cut), events);
    },
  );

  testNeeding('stand-in')('subscribes again if the server ends the subscription without an error', async () => {
    const events = newEvents(20);
    const end = await appendAll(events);
    await server.fault({ endAfterEvents: 3 });
    const copy = await follow();
    await copy.waitForPosition(end);
    sameIds(await copied(copy), events);
  });

  testNeeding('stand-in').each(['backward', 'absurd'] as const)(
    'checkpoints that are %s are not believed: nothing is skipped or repeated',
    async (checkpoints) => {
      await server.fault({ checkpoints, cutAfterEvents: 40 });
      const events = newEvents(300);
      const copy = await follow();
      await copy.waitForPosition(await appendAll(events));
      sameIds(await copied(copy), events);
      const folder = await unfollow(copy);
      const more = newEvents(100);
      const end = await appendAll(more);
      const again = await follow(folder);
      await again.waitForPosition(end);
      sameIds(await copied(again), [...events, ...more]);
    },
  );

  test('property: stopped and begun again anywhere, the copy is the log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 4 }), async (counts) => {
        const given = newPrefix();
        const own = openAppender(server.url, { prefix: given });
        const events: NewEvent[] = [];
        const folder = newFolder();
        for (const count of counts) {
          const next = newEvents(count);
          const appending = next.map((event) => own.append('a-1', [event], 'any'));
          events.push(...next);
          // Stopped while events come: wherever that is.
          await unfollow(await follow(folder, given));
          await Promise.all(appending);
        }
        const copy = await follow(folder, given);
        await copy.replication.caughtUp();
        expect(idsOf(await copied(copy))).toEqual(idsOf(events));
        await unfollow(copy);
        await own.close();
      }),
      { numRuns: 8 },
    );
  });

  testNeeding('restart')('resumes by itself after the server was killed, whatever was in flight', async () => {
    const copy = await follow();
    const events = newEvents(400);
    const appending = appendAll(events.slice(0, 200));
    await server.kill();
    await server.restart();
    await appending;
    await copy.waitForPosition(await appendAll(events.slice(200)));
    expect(new Set(idsOf(await copied(copy)))).toEqual(new Set(idsOf(events)));
    expect(copy.replication.state()).toMatchObject({ brokenBecause: null, stoppedBecause: null });
  });

  test('has caught up only when every event sent before is in the replica', async () => {
    const events = newEvents(5_000);
    for (let from = 0; from < events.length; from += 500) {
      await appender.append('a-1', events.slice(from, from + 500), 'any');
    }
    const copy = await follow();
    await copy.replication.caughtUp();
    expect(await copied(copy)).toHaveLength(5_000);
  });

  test('copies the events of its own prefix only', async () => {
    const other = openAppender(server.url, { prefix: prefix.slice(0, -1) });
    await other.append('a-1', newEvents(5), 'none');
    const own = newEvents(5);
    const copy = await follow();
    await copy.waitForPosition(await appendAll(own));
    sameIds(await copied(copy), own);
    await other.close();
  });

  test('begins the log if no appender has', async () => {
    const first = await follow(newFolder(), newPrefix());
    await first.replication.caughtUp();
    expect(await readLog(first.reader)).toHaveLength(1);
  });

  describe('stops with a clear error, and leaves the replica unchanged, if the log', () => {
    const remedy = /stop this process and run `live-ledger rebuild --from-log`/;

    async function expectStopped(folder: string, reason: RegExp): Promise<void> {
      const copy = await follow(folder);
      await expect(copy.waitForPosition(2n ** 62n)).rejects.toBeInstanceOf(LogUnusable);
      const { stoppedBecause } = copy.replication.state();
      expect(stoppedBecause).toMatch(reason);
      expect(stoppedBecause).toMatch(remedy);
      expect(await copied(copy)).toHaveLength(6);
    }

    async function copyOfSix(): Promise<string> {
      const copy = await follow();
      await copy.waitForPosition(await appendAll(newEvents(6)));
      return unfollow(copy);
    }

    testNeeding('stand-in')('is gone: the server was emptied', async () => {
      const folder = await copyOfSix();
      await appender.close();
      await server.kill();
      server.empty();
      await server.restart();
      await expectStopped(folder, /no longer has a log under this EVENT_STORE_PREFIX/);
    });

    testNeeding('stand-in')('is another one: the server was emptied, and somebody began a new log', async () => {
      const folder = await copyOfSix();
      await appender.close();
      await server.kill();
      server.empty();
      await server.restart();
      appender = openAppender(server.url, { prefix });
      await appendAll(newEvents(20));
      await expectStopped(folder, /is not the one that was copied/);
    });

    testNeeding('stand-in')('was emptied during replication', async () => {
      const copy = await follow();
      await copy.waitForPosition(await appendAll(newEvents(6)));
      await server.kill();
      server.empty();
      await server.restart();
      await expect(copy.waitForPosition(2n ** 62n)).rejects.toBeInstanceOf(LogUnusable);
      expect(await copied(copy)).toHaveLength(6);
    });

    test('ends before the replica: an older one was restored', async () => {
      const folder = await copyOfSix();
      alterLogFile(
        folder,
        'UPDATE copied_log SET commit_position = 4000000000000000000, prepare_position = 4000000000000000000',
      );
      await expectStopped(folder, /ends before its copy does/);
    });

    test('has other events at the same positions: an older one was restored, and continued', async () => {
      const folder = await copyOfSix();
      alterLogFile(folder, `UPDATE events SET event_id = 'other' WHERE position = (SELECT max(position) FROM events)`);
      await expectStopped(folder, /has other events at the positions of those that were copied/);
    });

    test.each([
      ['in a stream that it has not', `stream_name = 'a-9', revision = 0`],
      ['after the last one of its stream', 'revision = revision + 5'],
    ])('never had the newest event, %s: an older one was restored, and continued elsewhere', async (_where, change) => {
      const folder = await copyOfSix();
      await appendAll(newEvents(1));
      alterLogFile(folder, `UPDATE events SET ${change} WHERE position = (SELECT max(position) FROM events)`);
      await expectStopped(folder, /has other events at the positions of those that were copied/);
    });

    test('has no event at the position that was handled last', async () => {
      const folder = await copyOfSix();
      alterLogFile(
        folder,
        'UPDATE copied_log SET commit_position = commit_position - 1, prepare_position = commit_position - 1',
      );
      await expectStopped(folder, /has other events at the positions of those that were copied/);
    });

    test('can have no such position as the copy was made up to: its file is damaged', async () => {
      const folder = await copyOfSix();
      alterLogFile(folder, 'UPDATE copied_log SET commit_position = commit_position - 1');
      await expectStopped(folder, /The copy of the log is damaged/);
    });
  });

  test('goes on where an operator has removed in the server all that would show whether the log is the same', async () => {
    const copy = await follow();
    await copy.waitForPosition(await appendAll(newEvents(6)));
    const folder = await unfollow(copy);
    const client = EventStoreDBClient.connectionString(server.url);
    await client.setStreamMetadata(`${prefix}.a-0`, { truncateBefore: 2 });
    await client.deleteStream(`${prefix}.a-1`);
    await client.tombstoneStream(`${prefix}.a-2`);
    await client.dispose();
    const again = await follow(folder);
    await again.waitForPosition((await appender.append('a-3', newEvents(1), 'any')).position);
    expect(again.replication.state().stoppedBecause).toBeNull();
  });

  test('a new epoch is begun once for all nodes, and a copy that stays true learns of it', async () => {
    const [one, other] = [await follow(), await follow()];
    await one.waitForPosition(await appendAll(newEvents(3)));
    const { logId } = one.reader;
    expect(one.reader.epoch).toBe(1);
    const copy = { logId, epoch: 1 };
    const settings = { url: server.url, prefix };
    const { epoch } = await beginNextEpoch(settings, copy);
    expect(epoch).toBeGreaterThan(1);
    expect(await beginNextEpoch(settings, copy)).toMatchObject({ logId, epoch });
    expect(await beginNextEpoch(settings, null)).toMatchObject({ logId, epoch });
    expect(await beginNextEpoch(settings, { logId: 'another', epoch: epoch + 9 })).toMatchObject({ logId, epoch });
    await one.waitForPosition(await appendAll([newEvent()]));
    expect(one.reader.epoch).toBe(epoch);
    const folder = await unfollow(other);
    removeSqliteLogReplica(folder);
    const again = await follow(folder);
    await again.replication.caughtUp();
    expect(again.reader.epoch).toBe(epoch);
    expect(await readLog(again.reader)).toEqual(await readLog(one.reader));
  });

  test('what this product truncates is removed from every replica, and has no other effect', async () => {
    const early = await follow();
    await appender.append('quarantine-forged', newEvents(4), 'none');
    const left = newEvents(2);
    await appender.append('quarantine-forged', left, 3n);
    const at = await appender.truncateStream('quarantine-forged', 4n);
    await early.waitForPosition(at ?? 0n);
    const late = await follow();
    await late.waitForPosition(at ?? 0n);
    expect(idsOf(await copied(early))).toEqual(idsOf(left));
    expect(await copied(late)).toEqual(await copied(early));
    expect(await appender.truncateStream('quarantine-forged', 4n)).toBeNull();
  });

  test('reports a replica that cannot be written, and copies each event once when it can', async () => {
    const copy = await follow();
    await copy.replication.caughtUp();
    alterLogFile(copy.folder, 'ALTER TABLE events RENAME TO events_elsewhere');
    const events = newEvents(5);
    const end = await appendAll(events);
    const { brokenBecause } = await askUntil(
      () => Promise.resolve(copy.replication.state()),
      (state) => state.brokenBecause !== null,
    );
    expect(brokenBecause).toMatch(/^The copy of the log could not be written: /);
    alterLogFile(copy.folder, 'ALTER TABLE events_elsewhere RENAME TO events');
    await copy.waitForPosition(end);
    sameIds(await copied(copy), events);
  });

  testNeeding('stand-in')('can be stopped at once while the server is frozen', async () => {
    const copy = await follow();
    await copy.replication.caughtUp();
    server.freeze();
    await unfollow(copy);
  });

  testNeeding('outage')(
    'a process that starts while the server is away serves what it has, reports it, and resumes when it is back',
    async () => {
      const copy = await follow();
      const events = newEvents(10);
      await copy.waitForPosition(await appendAll(events));
      const folder = await unfollow(copy);
      await server.kill();
      const again = await follow(folder);
      sameIds(await copied(again), events);
      expect(again.replication.state()).toMatchObject({ caughtUp: false, stoppedBecause: null });
      expect(again.replication.state().brokenBecause).not.toBeNull();
      await server.restart();
      await again.replication.caughtUp();
      expect(again.replication.state().brokenBecause).toBeNull();
    },
  );
});
