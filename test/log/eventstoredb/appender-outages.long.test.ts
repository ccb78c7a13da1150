import { describe, expect } from '@jest/globals';
import { StoreOverloaded, StoreUnavailable } from '../../../src/log/event-store.ts';
import { appendsInFlightMax, appendsWaitingMax } from '../../../src/log/eventstoredb/append-dispatch.ts';
import { appenderPerTest } from '../../support/appender-per-test.ts';
import { testNeeding } from '../../support/eventstoredb-server.ts';
import { idsOf, newEvent, newEvents } from '../../support/log-events.ts';

describe('appending to EventStoreDB', () => {
  const at = appenderPerTest();

  testNeeding('restart')(
    'all of a thousand appends on a cold connection land in the order of sending, and again after the server was away',
    async () => {
      const events = newEvents(1_000);
      await Promise.all(events.map((event) => at.appender.append('a-1', [event], 'any')));
      expect(await at.stored('a-1')).toEqual(idsOf(events));
      await at.server.kill();
      const first = at.appender.append('b-1', [newEvent()], 'any').catch(() => null);
      await at.server.restart();
      await first;
      const more = newEvents(1_000);
      await Promise.all(more.map((event) => at.appender.append('c-1', [event], 'any')));
      expect(await at.stored('c-1')).toEqual(idsOf(more));
    },
  );

  testNeeding('restart')(
    'an explicit revision is idempotent over a restart of the server, with the first answer’s position',
    async () => {
      const events = newEvents(2);
      const first = await at.appender.append('a-1', events, 'none');
      await at.appender.append('a-1', newEvents(2), 1n);
      await at.server.kill();
      await at.server.restart();
      expect(await at.appender.append('a-1', events, 'none')).toEqual(first);
      expect(await at.stored('a-1')).toHaveLength(4);
    },
  );

  testNeeding('restart')(
    'with any, a repetition after a restart of the server is in the log twice, with one id',
    async () => {
      const event = newEvent();
      await at.appender.append('a-1', [event], 'any');
      await at.appender.append('a-1', [event], 'any');
      expect(await at.stored('a-1')).toEqual([event.eventId]);
      await at.server.kill();
      await at.server.restart();
      await at.appender.append('a-1', [event], 'any');
      expect(await at.stored('a-1')).toEqual([event.eventId, event.eventId]);
    },
  );

  testNeeding('restart')(
    'a server that is killed with appends in flight: each is answered, none twice, and the same client continues',
    async () => {
      await at.appender.answering();
      const events = newEvents(1_000);
      const settling = Promise.allSettled(events.map((event) => at.appender.append('a-1', [event], 'any')));
      await at.server.kill();
      await at.server.restart();
      const settled = await settling;
      await at.appender.answering();
      const there = await at.stored('a-1');
      const answered = events.filter((_, index) => settled[index]?.status === 'fulfilled');
      expect(idsOf(answered).filter((id) => !there.includes(id))).toEqual([]);
      for (const { reason } of settled.filter((one) => one.status === 'rejected')) {
        expect(reason).toBeInstanceOf(StoreUnavailable);
      }
      expect(await at.appender.append('b-1', [newEvent()], 'none')).toMatchObject({ revision: 0n });
    },
  );

  testNeeding('stand-in')(
    'a frozen server: each append is answered in time, says that it may be stored, and what was not sent that it is not',
    async () => {
      await at.appender.close();
      at.appender = at.open(500);
      await at.appender.answering();
      at.server.freeze();
      const sent = newEvents(appendsInFlightMax).map((event) => at.appender.append('a-1', [event], 'any'));
      const notSent = newEvents(10).map((event) => at.appender.append('b-1', [event], 'any'));
      const settled = await Promise.allSettled([...sent, ...notSent]);
      for (const [index, one] of settled.entries()) {
        expect(one).toMatchObject({ status: 'rejected', reason: { mayBeStored: index < appendsInFlightMax } });
      }
      // It is known to be unavailable by now: appends no longer wait.
      await expect(at.appender.append('b-1', [newEvent()], 'any')).rejects.toMatchObject({ mayBeStored: false });
      at.server.thaw();
      expect(await at.appendOnce('b-1', newEvent())).toMatchObject({ revision: 0n });
    },
  );

  testNeeding('stand-in')('a slow server, two seconds an append: each is stored once', async () => {
    await at.appender.answering();
    await at.server.fault({ appendDelayMs: 2_000 });
    const events = newEvents(50);
    await Promise.all(events.map((event) => at.appender.append('a-1', [event], 'any')));
    expect(await at.stored('a-1')).toHaveLength(50);
  });

  testNeeding('outage')(
    'a server that is away at the start: appends wait as long as they may, and fail with nothing stored',
    async () => {
      await at.appender.close();
      await at.server.kill();
      at.appender = at.open(300);
      const waiting = at.appender.append('a-1', [newEvent()], 'any');
      await expect(waiting).rejects.toMatchObject({ name: 'StoreUnavailable', mayBeStored: false });
      await at.isAway(at.appender, /^The server is unreachable\.$/);
      await at.server.restart();
      await at.appender.answering();
      expect(at.appender.away()).toBeNull();
      await at.appendOnce('a-1', newEvent());
    },
  );

  testNeeding('outage')('no more waits for a server that is away than the limit', async () => {
    await at.appender.close();
    await at.server.kill();
    at.appender = at.open(2_000);
    const waiting = Array.from({ length: appendsWaitingMax + 1 }, () => at.appender.append('a-1', [newEvent()], 'any'));
    const settled = await Promise.allSettled(waiting);
    const reasons = settled.map((one) => (one.status === 'rejected' ? (one.reason as Error).name : 'stored'));
    expect(reasons.filter((name) => name === StoreOverloaded.name)).toHaveLength(1);
    expect(reasons.filter((name) => name === StoreUnavailable.name)).toHaveLength(appendsWaitingMax);
  });
});
