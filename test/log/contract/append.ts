import { expect, test } from '@jest/globals';
import { WrongExpectedRevision } from '../../../src/log/event-store.ts';
import { idsOf, newEvent, newEvents, readAll } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function appendContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('1.1 append: the first event of a stream has revision 0', async () => {
    expect(await at.store.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 0n });
  });

  test('1.2 append: several events get revisions that follow each other, in their order; the last one is answered', async () => {
    const events = newEvents(3);
    const appended = await at.store.append('a-1', events, 'none');
    const recorded = await readAll(at.store.readStream('a-1'));
    expect(idsOf(recorded)).toEqual(idsOf(events));
    expect(recorded.map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
    expect(appended).toEqual({ revision: 2n, position: recorded.at(-1)?.position });
  });

  test('1.3 append: positions grow with every event, whatever its stream', async () => {
    const positions: bigint[] = [];
    for (const stream of ['a-1', 'b-1', 'a-1', 'c-1']) {
      positions.push((await at.store.append(stream, newEvents(2), 'any')).position);
    }
    expect(positions).toEqual([...new Set(positions)].sort((one, other) => (one < other ? -1 : 1)));
    expect(positions).toHaveLength(4);
  });

  test('1.4 append expecting none: begins a stream, and is refused where there is one', async () => {
    await at.store.append('a-1', newEvents(2), 'none');
    const refusal = at.store.append('a-1', [newEvent()], 'none');
    await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refusal).rejects.toMatchObject({ streamName: 'a-1', expected: 'none', actual: 1n });
  });

  test('1.5 append expecting a revision: continues after exactly that one', async () => {
    await at.store.append('a-1', [newEvent()], 'none');
    expect(await at.store.append('a-1', [newEvent()], 0n)).toMatchObject({ revision: 1n });
    expect(await at.store.append('a-1', [newEvent()], 1n)).toMatchObject({ revision: 2n });
  });

  test.each([0n, 2n, 7n])(
    '1.6 append expecting revision %s of a stream at revision 1: is refused',
    async (expected) => {
      await at.store.append('a-1', newEvents(2), 'none');
      const refusal = at.store.append('a-1', [newEvent()], expected);
      await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
      await expect(refusal).rejects.toMatchObject({ expected, actual: 1n });
    },
  );

  test('1.7 append expecting a revision of a stream that does not exist: is refused, the actual one being null', async () => {
    const refusal = at.store.append('a-1', [newEvent()], 0n);
    await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refusal).rejects.toMatchObject({ expected: 0n, actual: null });
  });

  test('1.8 append expecting any: begins a stream and continues it', async () => {
    expect(await at.store.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 0n });
    expect(await at.store.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 1n });
  });

  test('1.9 append: of many that expect the same revision at once, one succeeds', async () => {
    await at.store.append('a-1', [newEvent()], 'none');
    const attempts = Array.from({ length: 20 }, () => at.store.append('a-1', [newEvent()], 0n));
    const settled = await Promise.allSettled(attempts);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readAll(at.store.readStream('a-1'))).toHaveLength(2);
  });

  test('1.10 append: of many that expect any at once, all succeed, each at a revision of its own', async () => {
    const appended = await Promise.all(Array.from({ length: 50 }, () => at.store.append('a-1', [newEvent()], 'any')));
    const revisions = appended.map(({ revision }) => Number(revision)).sort((one, other) => one - other);
    expect(revisions).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test('1.11 append: what is answered can be read', async () => {
    const event = newEvent();
    const { position } = await at.store.append('a-1', [event], 'any');
    expect(await at.store.readAt(position)).toMatchObject({ eventId: event.eventId });
  });

  test('1.12 append: of no events is refused, and begins no stream', async () => {
    await expect(at.store.append('a-1', [], 'none')).rejects.toBeInstanceOf(RangeError);
    expect(await at.store.append('a-1', [newEvent()], 'none')).toMatchObject({ revision: 0n });
  });
}
