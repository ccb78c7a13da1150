import { expect, test } from '@jest/globals';
import { WrongExpectedRevision } from '../../../src/log/event-store.ts';
import { endOfLog, idsOf, newEvent, newEvents, readAll, readLog } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function atomicityContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('2.1 atomicity: the events of one append are adjacent in the log, whatever is appended at the same time', async () => {
    const appends = Array.from({ length: 20 }, () => newEvents(5));
    await Promise.all(appends.map((events, index) => at.store.append(`a-${index % 3}`, events, 'any')));
    const ids = idsOf(await readLog(at.store));
    for (const events of appends) {
      const from = ids.indexOf(events[0]?.eventId ?? '');
      expect(ids.slice(from, from + 5)).toEqual(idsOf(events));
    }
  });

  test('2.2 atomicity: a refused append leaves none of its events', async () => {
    await at.store.append('a-1', [newEvent()], 'none');
    const end = await endOfLog(at.store);
    await expect(at.store.append('a-1', newEvents(3), 5n)).rejects.toBeInstanceOf(WrongExpectedRevision);
    expect(await endOfLog(at.store)).toBe(end);
    expect(await readAll(at.store.readStream('a-1'))).toHaveLength(1);
  });

  test('2.3 atomicity: a refused append does not begin a stream', async () => {
    await expect(at.store.append('a-1', [newEvent()], 0n)).rejects.toBeInstanceOf(WrongExpectedRevision);
    expect(await readAll(at.store.readStream('a-1'))).toEqual([]);
    expect(await at.store.append('a-1', [newEvent()], 'none')).toMatchObject({ revision: 0n });
  });

  test('2.4 atomicity: a refused append harms none of those that are made at the same moment', async () => {
    const [before, after] = [newEvents(2), newEvents(2)];
    const settled = await Promise.allSettled([
      at.store.append('a-1', before, 'none'),
      at.store.append('a-1', newEvents(2), 'none'),
      at.store.append('a-1', after, 1n),
      at.store.append('b-1', [newEvent()], 3n),
      at.store.append('b-1', [newEvent()], 'any'),
    ]);
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(idsOf(await readAll(at.store.readStream('a-1')))).toEqual(idsOf([...before, ...after]));
    expect(await readAll(at.store.readStream('b-1'))).toHaveLength(1);
  });
}
