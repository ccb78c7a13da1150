import { expect, test } from '@jest/globals';
import { WrongExpectedRevision } from '../../../src/log/event-store.ts';
import { idsOf, newEvent, newEvents, readAll } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function idempotenceContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('3.1 idempotence: an append expecting none, repeated with its event ids, succeeds without a second write', async () => {
    const events = newEvents(3);
    const first = await at.store.append('a-1', events, 'none');
    expect(await at.store.append('a-1', events, 'none')).toEqual(first);
    expect(idsOf(await readAll(at.store.readStream('a-1')))).toEqual(idsOf(events));
  });

  test('3.2 idempotence: an append expecting a revision likewise, also after later appends', async () => {
    await at.store.append('a-1', [newEvent()], 'none');
    const events = newEvents(2);
    const first = await at.store.append('a-1', events, 0n);
    await at.store.append('a-1', newEvents(2), 2n);
    expect(await at.store.append('a-1', events, 0n)).toEqual(first);
    expect(await readAll(at.store.readStream('a-1'))).toHaveLength(5);
  });

  test('3.3 idempotence: a repetition that is made at the same moment is one write too', async () => {
    const events = newEvents(2);
    const [first, second] = await Promise.all([
      at.store.append('a-1', events, 'none'),
      at.store.append('a-1', events, 'none'),
    ]);
    expect(second).toEqual(first);
    expect(await readAll(at.store.readStream('a-1'))).toHaveLength(2);
  });

  test('3.4 idempotence: other event ids are no repetition, whatever they carry', async () => {
    const event = newEvent();
    await at.store.append('a-1', [event], 'none');
    await expect(at.store.append('a-1', [{ ...event, eventId: newEvent().eventId }], 'none')).rejects.toBeInstanceOf(
      WrongExpectedRevision,
    );
  });

  test('3.5 idempotence: an append of more events than were written is refused, and adds nothing', async () => {
    const events = newEvents(2);
    await at.store.append('a-1', events, 'none');
    await expect(at.store.append('a-1', [...events, newEvent()], 'none')).rejects.toBeInstanceOf(WrongExpectedRevision);
    expect(await readAll(at.store.readStream('a-1'))).toHaveLength(2);
  });

  test('3.6 idempotence: the same ids in another order, or at other revisions, are no repetition', async () => {
    const [first = newEvent(), second = newEvent()] = newEvents(2);
    await at.store.append('a-1', [first, second], 'none');
    await expect(at.store.append('a-1', [second, first], 'none')).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(at.store.append('a-1', [first], 0n)).rejects.toBeInstanceOf(WrongExpectedRevision);
  });

  test('3.7 idempotence: a repetition is known after reopening', async () => {
    const events = newEvents(2);
    const first = await at.store.append('a-1', events, 'none');
    const store = await at.reopen();
    expect(await store.append('a-1', events, 'none')).toEqual(first);
    expect(await readAll(store.readStream('a-1'))).toHaveLength(2);
  });

  test('3.8 idempotence: not promised with any; a repetition succeeds, and the log has the event at least once, with its one id', async () => {
    const event = newEvent();
    await at.store.append('a-1', [event], 'any');
    const { position } = await at.store.append('a-1', [event], 'any');
    expect(await at.store.readAt(position)).toMatchObject({ eventId: event.eventId });
    const recorded = await readAll(at.store.readStream('a-1'));
    expect([...new Set(idsOf(recorded))]).toEqual([event.eventId]);
    expect([1, 2]).toContain(recorded.length);
  });
}
