import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import {
  AppendRefused,
  LogUnusable,
  noPosition,
  StoreOverloaded,
  StoreUnavailable,
  WrongExpectedRevision,
  type AppendedEvents,
  type NewEvent,
} from '../../../src/log/event-store.ts';
import {
  appendAnswerMsMax,
  appendsInFlightMax,
  appendsWaitingMax,
} from '../../../src/log/eventstoredb/append-dispatch.ts';
import type { EventStoreDbAppender } from '../../../src/log/eventstoredb/appender.ts';
import { beginNextEpoch } from '../../../src/log/eventstoredb/ledger-identity.ts';
import { askUntil } from '../../support/ask-until.ts';
import { newPrefix, openAppender } from '../../support/eventstoredb-log.ts';
import { heal, startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { idsOf, newEvent, newEvents, readAll } from '../../support/log-events.ts';
import { patientMs } from '../../support/patience.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';

describe('appending to EventStoreDB', () => {
  let server: EventStoreDbServer;
  let prefix: string;
  let appender: EventStoreDbAppender;
  let log: ReturnType<typeof openRecordingLogger>;
  const open = (answerMsMax = patientMs) => openAppender(server.url, { prefix, logger: log.logger, answerMsMax });
  /** Resolves once the appender says so: it may learn it after the time that an append may take. */
  const isAway = (one: EventStoreDbAppender, why: RegExp) =>
    askUntil(
      () => Promise.resolve(one.away()?.reason ?? ''),
      (reason) => why.test(reason),
    );
  /** Until it is answered in the time of the appender, which may be short: the store recognizes a repetition by its id. */
  const appendOnce = async (streamName: string, event: NewEvent): Promise<AppendedEvents> => {
    await appender.answering();
    return appender.append(streamName, [event], 'none').catch(() => appendOnce(streamName, event));
  };
  const stored = async (streamName: string) => idsOf(await readAll(appender.readStream(streamName)));

  beforeAll(async () => {
    server = await startEventStoreDb();
  });
  beforeEach(() => {
    prefix = newPrefix();
    log = openRecordingLogger();
    appender = open();
  });
  afterEach(async () => {
    await heal(server);
    await appender.close();
  });
  afterAll(() => server.close());

  /** With a client of its own, when nothing else is in flight: the client keeps the appends of a process in one table. */
  async function asOperator(work: (client: EventStoreDBClient) => Promise<unknown>): Promise<void> {
    await appender.answering();
    const client = EventStoreDBClient.connectionString(server.url);
    await work(client);
    await client.dispose();
  }

  testNeeding('restart')(
    'all of a thousand appends on a cold connection land in the order of sending, and again after the server was away',
    async () => {
      const events = newEvents(1_000);
      await Promise.all(events.map((event) => appender.append('a-1', [event], 'any')));
      expect(await stored('a-1')).toEqual(idsOf(events));
      await server.kill();
      const first = appender.append('b-1', [newEvent()], 'any').catch(() => null);
      await server.restart();
      await first;
      const more = newEvents(1_000);
      await Promise.all(more.map((event) => appender.append('c-1', [event], 'any')));
      expect(await stored('c-1')).toEqual(idsOf(more));
    },
  );

  test('an append of more than 1 MiB is refused for good, and harms none of its neighbours', async () => {
    const neighbours = newEvents(20);
    const before = neighbours.slice(0, 10).map((event) => appender.append('a-1', [event], 'any'));
    const large = appender.append('a-1', [newEvent({ data: Buffer.alloc(1_100_000) })], 'any');
    const after = neighbours.slice(10).map((event) => appender.append('a-1', [event], 'any'));
    await expect(large).rejects.toBeInstanceOf(AppendRefused);
    await Promise.all([...before, ...after]);
    expect(await stored('a-1')).toEqual(idsOf(neighbours));
    expect(appender.away()).toBeNull();
  });

  test.each([
    ['an id that is no UUID', { eventId: 'no UUID' }],
    ['an empty type', { type: '' }],
  ])('%s is refused for good: it is not tried again', async (_name, given) => {
    await expect(appender.append('a-1', [newEvent(given)], 'any')).rejects.toBeInstanceOf(AppendRefused);
    expect(appender.away()).toBeNull();
  });

  testNeeding('restart')(
    'an explicit revision is idempotent over a restart of the server, with the first answer’s position',
    async () => {
      const events = newEvents(2);
      const first = await appender.append('a-1', events, 'none');
      await appender.append('a-1', newEvents(2), 1n);
      await server.kill();
      await server.restart();
      expect(await appender.append('a-1', events, 'none')).toEqual(first);
      expect(await stored('a-1')).toHaveLength(4);
    },
  );

  testNeeding('restart')(
    'with any, a repetition after a restart of the server is in the log twice, with one id',
    async () => {
      const event = newEvent();
      await appender.append('a-1', [event], 'any');
      await appender.append('a-1', [event], 'any');
      expect(await stored('a-1')).toEqual([event.eventId]);
      await server.kill();
      await server.restart();
      await appender.append('a-1', [event], 'any');
      expect(await stored('a-1')).toEqual([event.eventId, event.eventId]);
    },
  );

  testNeeding('stand-in')('an append whose answer is lost is sent again with its id, and answered once', async () => {
    await appender.answering();
    await server.fault({ answersToLose: 1 });
    const event = newEvent();
    expect(await appender.append('a-1', [event], 'any')).toMatchObject({ revision: expect.any(BigInt) as unknown });
    expect([...new Set(await stored('a-1'))]).toEqual([event.eventId]);
    const explicit = newEvents(2);
    await server.fault({ answersToLose: 1 });
    expect(await appender.append('b-1', explicit, 'none')).toMatchObject({ revision: 1n });
    expect(await stored('b-1')).toEqual(idsOf(explicit));
  });

  testNeeding('stand-in')(
    'tolerates a server clock that is 15 seconds ahead; reports one that is minutes ahead, and resumes when it is corrected',
    async () => {
      await appender.answering();
      await server.fault({ clockAheadMs: 15_000 });
      await appender.append('a-1', [newEvent()], 'any');
      await server.fault({ clockAheadMs: 300_000 });
      const impatient = open(appendAnswerMsMax);
      await expect(impatient.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
      await isAway(impatient, /its clock is more than a minute ahead of ours/);
      await impatient.close();
      expect(log.lines.join()).toMatch(/its clock is more than a minute ahead of ours/);
      await server.fault({ clockAheadMs: 0 });
      await appender.answering();
      expect(await appender.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 1n });
    },
  );

  testNeeding('stand-in')(
    'a server clock that is 15 seconds ahead from the start: a log is begun there, answers, is truncated, and gets an epoch',
    async () => {
      await appender.close();
      await server.fault({ clockAheadMs: 15_000 });
      appender = open();
      await appender.answering();
      await appender.append('a-1', newEvents(2), 'none');
      expect(await appender.truncateStream('a-1', 1n)).not.toBeNull();
      const { epoch } = await beginNextEpoch({ url: server.url, prefix }, appender.identity());
      expect(epoch).toBeGreaterThan(1);
    },
  );

  test.each(['none', 'any'] as const)(
    'a repetition (%s) of what was truncated meanwhile succeeds, and adds nothing; a new event that expects none is refused',
    async (expected) => {
      const events = newEvents(2);
      await appender.append('a-1', events, expected);
      await appender.append('a-1', newEvents(1), 'any');
      await appender.truncateStream('a-1', 2n);
      const left = await stored('a-1');
      expect(await appender.append('a-1', events, expected)).toEqual({ revision: 1n, position: noPosition });
      expect(await stored('a-1')).toEqual(left);
      await expect(appender.append('a-1', [newEvent()], 'none')).rejects.toMatchObject({ actual: 2n });
    },
  );

  test('a stream that an operator deleted softly continues after its last revision', async () => {
    await appender.append('a-1', newEvents(2), 'none');
    await asOperator((client) => client.deleteStream(`${prefix}.a-1`));
    expect(await stored('a-1')).toEqual([]);
    expect(await appender.append('a-1', [newEvent()], 'none')).toMatchObject({ revision: 2n });
  });

  test('appends for a stream that an operator deleted for good go to a stream beside it, unless they expect a revision', async () => {
    await appender.append('a-1', [newEvent()], 'none');
    await asOperator((client) => client.tombstoneStream(`${prefix}.a-1`));
    const event = newEvent();
    await appender.append('a-1', [event], 'any');
    expect(await stored('a-1~2')).toEqual([event.eventId]);
    await expect(appender.append('a-1', [newEvent()], 0n)).rejects.toBeInstanceOf(AppendRefused);
    expect(appender.away()).toBeNull();
    // Reading it returns nothing, and no error.
    expect(await stored('a-1')).toEqual([]);
  });

  test('the ledger’s stream, deleted by an operator, makes the log unusable rather than another log', async () => {
    await asOperator((client) => client.deleteStream(`${prefix}.ledger`));
    const second = open(appendAnswerMsMax);
    await expect(second.answering()).rejects.toBeInstanceOf(LogUnusable);
    await expect(second.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
    expect(second.identity()).toBeNull();
    await second.close();
  });

  test('asking whether the server answers, an empty append, adds nothing to the log', async () => {
    await appender.answering();
    const others = [open(), open()];
    for (const one of others) await one.answering();
    await asOperator(async (client) => {
      const types = [];
      for await (const { event } of client.readStream(`${prefix}.ledger`)) types.push(event?.type);
      expect(types).toEqual(['LogBegun']);
    });
    for (const one of others) await one.close();
  });

  test('begins the log once if several begin it at once', async () => {
    const others = Array.from({ length: 5 }, () => open());
    await Promise.all([appender, ...others].map((one) => one.answering()));
    const logIds = new Set([appender, ...others].map((one) => one.identity()?.logId));
    expect(logIds.size).toBe(1);
    expect(await stored('ledger')).toHaveLength(1);
    await Promise.all(others.map((one) => one.close()));
  });

  testNeeding('restart')(
    'a server that is killed with appends in flight: each is answered, none twice, and the same client continues',
    async () => {
      await appender.answering();
      const events = newEvents(1_000);
      const settling = Promise.allSettled(events.map((event) => appender.append('a-1', [event], 'any')));
      await server.kill();
      await server.restart();
      const settled = await settling;
      await appender.answering();
      const there = await stored('a-1');
      const answered = events.filter((_, index) => settled[index]?.status === 'fulfilled');
      expect(idsOf(answered).filter((id) => !there.includes(id))).toEqual([]);
      for (const { reason } of settled.filter((one) => one.status === 'rejected')) {
        expect(reason).toBeInstanceOf(StoreUnavailable);
      }
      expect(await appender.append('b-1', [newEvent()], 'none')).toMatchObject({ revision: 0n });
    },
  );

  testNeeding('stand-in')(
    'a frozen server: each append is answered in time, says that it may be stored, and what was not sent that it is not',
    async () => {
      await appender.close();
      appender = open(500);
      await appender.answering();
      server.freeze();
      const sent = newEvents(appendsInFlightMax).map((event) => appender.append('a-1', [event], 'any'));
      const notSent = newEvents(10).map((event) => appender.append('b-1', [event], 'any'));
      const settled = await Promise.allSettled([...sent, ...notSent]);
      for (const [index, one] of settled.entries()) {
        expect(one).toMatchObject({ status: 'rejected', reason: { mayBeStored: index < appendsInFlightMax } });
      }
      // It is known to be unavailable by now: appends no longer wait.
      await expect(appender.append('b-1', [newEvent()], 'any')).rejects.toMatchObject({ mayBeStored: false });
      server.thaw();
      expect(await appendOnce('b-1', newEvent())).toMatchObject({ revision: 0n });
    },
  );

  testNeeding('stand-in')('a slow server, two seconds an append: each is stored once', async () => {
    await appender.answering();
    await server.fault({ appendDelayMs: 2_000 });
    const events = newEvents(50);
    await Promise.all(events.map((event) => appender.append('a-1', [event], 'any')));
    expect(await stored('a-1')).toHaveLength(50);
  });

  testNeeding('stand-in')(
    'a full server: StoreUnavailable in time, and appends are taken again once it has room',
    async () => {
      await appender.close();
      appender = open(500);
      await appender.answering();
      await server.fault({ full: true });
      await expect(appender.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
      await server.fault({ full: false });
      await appendOnce('a-1', newEvent());
    },
  );

  testNeeding('outage')(
    'a server that is away at the start: appends wait as long as they may, and fail with nothing stored',
    async () => {
      await appender.close();
      await server.kill();
      appender = open(300);
      const waiting = appender.append('a-1', [newEvent()], 'any');
      await expect(waiting).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: false });
      await isAway(appender, /^The server is unreachable\.$/);
      await server.restart();
      await appender.answering();
      expect(appender.away()).toBeNull();
      await appendOnce('a-1', newEvent());
    },
  );

  testNeeding('outage')('no more waits for a server that is away than the limit', async () => {
    await appender.close();
    await server.kill();
    appender = open(2_000);
    const waiting = Array.from({ length: appendsWaitingMax + 1 }, () => appender.append('a-1', [newEvent()], 'any'));
    const settled = await Promise.allSettled(waiting);
    const reasons = settled.map((one) => (one.status === 'rejected' ? (one.reason as Error).name : 'stored'));
    expect(reasons.filter((name) => name === StoreOverloaded.name)).toHaveLength(1);
    expect(reasons.filter((name) => name === StoreUnavailable.name)).toHaveLength(appendsWaitingMax);
  });

  test('a wrong revision is not retried, and the error has the actual one', async () => {
    await appender.append('a-1', newEvents(3), 'none');
    const refusal = appender.append('a-1', [newEvent()], 7n);
    await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refusal).rejects.toMatchObject({ streamName: 'a-1', expected: 7n, actual: 2n });
  });

  testNeeding('outage')('never logs the address of the server or what was appended', async () => {
    const impatient = open(300);
    await impatient.answering();
    await server.kill();
    await impatient.append('a-secret', [newEvent({ data: Buffer.from('secret') })], 'any').catch(() => null);
    await impatient.close();
    expect(log.lines.length).toBeGreaterThan(0);
    expect(log.lines.join()).not.toMatch(/127\.0\.0\.1|esdb:|secret/);
  });
});
