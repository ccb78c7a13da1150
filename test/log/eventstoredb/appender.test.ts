import { describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import {
  AppendRefused,
  LogUnusable,
  noPosition,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../../src/log/event-store.ts';
import { appendAnswerMsMax } from '../../../src/log/eventstoredb/append-dispatch.ts';
import { beginNextEpoch } from '../../../src/log/eventstoredb/ledger-identity.ts';
import { appenderPerTest } from '../../support/appender-per-test.ts';
import { testNeeding } from '../../support/eventstoredb-server.ts';
import { idsOf, newEvent, newEvents } from '../../support/log-events.ts';

// `appender-outages.long.test.ts` has servers that are killed, frozen, slow and away.
describe('appending to EventStoreDB', () => {
  const at = appenderPerTest();

  /** With a client of its own, when nothing else is in flight: the client keeps the appends of a process in one table. */
  async function asOperator(work: (client: EventStoreDBClient) => Promise<unknown>): Promise<void> {
    await at.appender.answering();
    const client = EventStoreDBClient.connectionString(at.server.url);
    await work(client);
    await client.dispose();
  }

  test('an append of more than 1 MiB is refused for good, and harms none of its neighbours', async () => {
    const neighbours = newEvents(20);
    const before = neighbours.slice(0, 10).map((event) => at.appender.append('a-1', [event], 'any'));
    const large = at.appender.append('a-1', [newEvent({ data: Buffer.alloc(1_100_000) })], 'any');
    const after = neighbours.slice(10).map((event) => at.appender.append('a-1', [event], 'any'));
    await expect(large).rejects.toBeInstanceOf(AppendRefused);
    await Promise.all([...before, ...after]);
    expect(await at.stored('a-1')).toEqual(idsOf(neighbours));
    expect(at.appender.away()).toBeNull();
  });

  test.each([
    ['an id that is no UUID', { eventId: 'no UUID' }],
    ['an empty type', { type: '' }],
  ])('%s is refused for good: it is not tried again', async (_name, given) => {
    await expect(at.appender.append('a-1', [newEvent(given)], 'any')).rejects.toBeInstanceOf(AppendRefused);
    expect(at.appender.away()).toBeNull();
  });

  testNeeding('stand-in')('an append whose answer is lost is sent again with its id, and answered once', async () => {
    await at.appender.answering();
    await at.server.fault({ answersToLose: 1 });
    const event = newEvent();
    expect(await at.appender.append('a-1', [event], 'any')).toMatchObject({ revision: expect.any(BigInt) as unknown });
    expect([...new Set(await at.stored('a-1'))]).toEqual([event.eventId]);
    const explicit = newEvents(2);
    await at.server.fault({ answersToLose: 1 });
    expect(await at.appender.append('b-1', explicit, 'none')).toMatchObject({ revision: 1n });
    expect(await at.stored('b-1')).toEqual(idsOf(explicit));
  });

  testNeeding('stand-in')(
    'tolerates a server clock that is 15 seconds ahead; reports one that is minutes ahead, and resumes when it is corrected',
    async () => {
      await at.appender.answering();
      await at.server.fault({ clockAheadMs: 15_000 });
      await at.appender.append('a-1', [newEvent()], 'any');
      await at.server.fault({ clockAheadMs: 300_000 });
      const impatient = at.open(appendAnswerMsMax);
      await expect(impatient.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
      await at.isAway(impatient, /its clock is more than a minute ahead of ours/);
      await impatient.close();
      expect(at.log.lines.join()).toMatch(/its clock is more than a minute ahead of ours/);
      await at.server.fault({ clockAheadMs: 0 });
      await at.appender.answering();
      expect(await at.appender.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 1n });
    },
  );

  testNeeding('stand-in')(
    'a server clock that is 15 seconds ahead from the start: a log is begun there, answers, is truncated, and gets an epoch',
    async () => {
      await at.appender.close();
      await at.server.fault({ clockAheadMs: 15_000 });
      at.appender = at.open();
      await at.appender.answering();
      await at.appender.append('a-1', newEvents(2), 'none');
      expect(await at.appender.truncateStream('a-1', 1n)).not.toBeNull();
      const { epoch } = await beginNextEpoch({ url: at.server.url, prefix: at.prefix }, at.appender.identity());
      expect(epoch).toBeGreaterThan(1);
    },
  );

  test.each(['none', 'any'] as const)(
    'a repetition (%s) of what was truncated meanwhile succeeds, and adds nothing; a new event that expects none is refused',
    async (expected) => {
      const events = newEvents(2);
      await at.appender.append('a-1', events, expected);
      await at.appender.append('a-1', newEvents(1), 'any');
      await at.appender.truncateStream('a-1', 2n);
      const left = await at.stored('a-1');
      expect(await at.appender.append('a-1', events, expected)).toEqual({ revision: 1n, position: noPosition });
      expect(await at.stored('a-1')).toEqual(left);
      await expect(at.appender.append('a-1', [newEvent()], 'none')).rejects.toMatchObject({ actual: 2n });
    },
  );

  test('a stream that an operator deleted softly continues after its last revision', async () => {
    await at.appender.append('a-1', newEvents(2), 'none');
    await asOperator((client) => client.deleteStream(`${at.prefix}.a-1`));
    expect(await at.stored('a-1')).toEqual([]);
    expect(await at.appender.append('a-1', [newEvent()], 'none')).toMatchObject({ revision: 2n });
  });

  test('appends for a stream that an operator deleted for good go to a stream beside it, unless they expect a revision', async () => {
    await at.appender.append('a-1', [newEvent()], 'none');
    await asOperator((client) => client.tombstoneStream(`${at.prefix}.a-1`));
    const event = newEvent();
    await at.appender.append('a-1', [event], 'any');
    expect(await at.stored('a-1~2')).toEqual([event.eventId]);
    await expect(at.appender.append('a-1', [newEvent()], 0n)).rejects.toBeInstanceOf(AppendRefused);
    expect(at.appender.away()).toBeNull();
    // Reading it returns nothing, and no error.
    expect(await at.stored('a-1')).toEqual([]);
  });

  test('the ledger’s stream, deleted by an operator, makes the log unusable rather than another log', async () => {
    await asOperator((client) => client.deleteStream(`${at.prefix}.ledger`));
    const second = at.open(appendAnswerMsMax);
    await expect(second.answering()).rejects.toBeInstanceOf(LogUnusable);
    await expect(second.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
    expect(second.identity()).toBeNull();
    await second.close();
  });

  test('asking whether the server answers, an empty append, adds nothing to the log', async () => {
    await at.appender.answering();
    const others = [at.open(), at.open()];
    for (const one of others) await one.answering();
    await asOperator(async (client) => {
      const types = [];
      for await (const { event } of client.readStream(`${at.prefix}.ledger`)) types.push(event?.type);
      expect(types).toEqual(['LogBegun']);
    });
    for (const one of others) await one.close();
  });

  test('begins the log once if several begin it at once', async () => {
    const others = Array.from({ length: 5 }, () => at.open());
    await Promise.all([at.appender, ...others].map((one) => one.answering()));
    const logIds = new Set([at.appender, ...others].map((one) => one.identity()?.logId));
    expect(logIds.size).toBe(1);
    expect(await at.stored('ledger')).toHaveLength(1);
    await Promise.all(others.map((one) => one.close()));
  });

  testNeeding('stand-in')(
    'a full server: StoreUnavailable in time, and appends are taken again once it has room',
    async () => {
      await at.appender.close();
      at.appender = at.open(500);
      await at.appender.answering();
      await at.server.fault({ full: true });
      await expect(at.appender.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
      await at.server.fault({ full: false });
      await at.appendOnce('a-1', newEvent());
    },
  );

  test('a wrong revision is not retried, and the error has the actual one', async () => {
    await at.appender.append('a-1', newEvents(3), 'none');
    const refusal = at.appender.append('a-1', [newEvent()], 7n);
    await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refusal).rejects.toMatchObject({ streamName: 'a-1', expected: 7n, actual: 2n });
  });

  testNeeding('outage')('never logs the address of the server or what was appended', async () => {
    const impatient = at.open(300);
    await impatient.answering();
    await at.server.kill();
    await impatient.append('a-secret', [newEvent({ data: Buffer.from('secret') })], 'any').catch(() => null);
    await impatient.close();
    expect(at.log.lines.length).toBeGreaterThan(0);
    expect(at.log.lines.join()).not.toMatch(/127\.0\.0\.1|esdb:|secret/);
  });
});
