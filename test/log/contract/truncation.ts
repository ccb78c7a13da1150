import { expect, test } from '@jest/globals';
import { ledgerStreamName, noPosition, StoreUnavailable, WrongExpectedRevision } from '../../../src/log/event-store.ts';
import { endOfLog, idsOf, newEvent, newEvents, readAll, readLog } from '../../support/log-events.ts';
import type { ContractParameters } from './parameters.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function truncationContract(open: OpenStore, { truncatedRepetition }: ContractParameters): void {
  const at = storePerTest(open);
  const streamIds = async (streamName: string) => idsOf(await readAll(at.store.readStream(streamName)));

  test('9.1 truncateStream: the events before the revision are gone from every way of reading; the others stay where they are', async () => {
    const events = newEvents(4);
    await at.store.append('a-1', events, 'none');
    await at.store.append('b-1', [newEvent()], 'none');
    const before = await readLog(at.store);
    await at.store.truncateStream('a-1', 2n);
    const isLeft = ({ eventId }: { eventId: string }) => !idsOf(events.slice(0, 2)).includes(eventId);
    expect(await readLog(at.store)).toEqual(before.filter(isLeft));
    expect(await streamIds('a-1')).toEqual(idsOf(events.slice(2)));
    for (const event of before) {
      const { position, eventId } = event;
      expect(await at.store.readAt(position)).toEqual(isLeft(event) ? event : null);
      expect(at.store.eventIdAt(position)).toBe(isLeft(event) ? eventId : null);
      expect(at.store.hasRemoved(position)).toBe(!isLeft(event));
    }
    const beyond = (await endOfLog(at.store)) + 1n;
    expect([at.store.eventIdAt(beyond), at.store.hasRemoved(beyond), at.store.hasRemoved(0n)]).toEqual([
      null,
      false,
      false,
    ]);
  });

  test('9.2 truncateStream: revisions continue after what is left', async () => {
    await at.store.append('a-1', newEvents(4), 'none');
    await at.store.truncateStream('a-1', 3n);
    expect(await at.store.append('a-1', [newEvent()], 3n)).toMatchObject({ revision: 4n });
  });

  test.each([3n, 4n, 1_000_000n])(
    '9.3 truncateStream: before revision %s, which leaves nothing, revisions continue',
    async (beforeRevision) => {
      await at.store.append('a-1', newEvents(3), 'none');
      await at.store.truncateStream('a-1', beforeRevision);
      expect(await streamIds('a-1')).toEqual([]);
      expect(await at.store.append('a-1', [newEvent()], 'any')).toMatchObject({ revision: 3n });
      await at.store.truncateStream('a-1', beforeRevision + 1n);
      expect(await at.store.append('a-1', [newEvent()], 3n)).toMatchObject({ revision: 4n });
    },
  );

  test('9.4 truncateStream: an emptied stream is one that exists: expecting none is refused, with its last revision', async () => {
    await at.store.append('a-1', newEvents(3), 'none');
    await at.store.truncateStream('a-1', 3n);
    const refusal = at.store.append('a-1', [newEvent()], 'none');
    await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refusal).rejects.toMatchObject({ actual: 2n });
  });

  test('9.5 truncateStream: survives reopening, and so do revisions and positions', async () => {
    await at.store.append('a-1', newEvents(3), 'none');
    const end = await endOfLog(at.store);
    await at.store.truncateStream('a-1', 3n);
    const store = await at.reopen();
    expect(await readAll(store.readStream('a-1'))).toEqual([]);
    const { revision, position } = await store.append('a-1', [newEvent()], 2n);
    expect(revision).toBe(3n);
    expect(position).toBeGreaterThan(end);
  });

  test('9.6 truncateStream: repeated, or before an earlier revision, changes nothing', async () => {
    const events = newEvents(5);
    await at.store.append('a-1', events, 'none');
    for (const beforeRevision of [3n, 3n, 1n, 0n]) await at.store.truncateStream('a-1', beforeRevision);
    expect(await streamIds('a-1')).toEqual(idsOf(events.slice(3)));
  });

  test('9.7 truncateStream: of a stream that does not exist changes nothing, and begins no stream', async () => {
    await at.store.truncateStream('a-1', 7n);
    expect(await at.store.append('a-1', [newEvent()], 'none')).toMatchObject({ revision: 0n });
  });

  test('9.8 truncateStream: refuses the stream that names the log', async () => {
    await expect(at.store.truncateStream(ledgerStreamName, 1n)).rejects.toBeInstanceOf(RangeError);
    expect(await readLog(at.store)).toHaveLength(1);
  });

  test('9.9 truncateStream: leaves alone streams whose names begin alike', async () => {
    for (const name of ['a-1', 'a-10', 'A-1', 'a-1/2']) await at.store.append(name, [newEvent()], 'none');
    await at.store.truncateStream('a-1', 1n);
    for (const name of ['a-10', 'A-1', 'a-1/2']) expect(await streamIds(name)).toHaveLength(1);
  });

  test('9.10 truncateStream: of thousands of events forgets them all, while others append', async () => {
    await at.store.append('a-1', newEvents(2_500), 'none');
    const truncated = at.store.truncateStream('a-1', 2_400n);
    const appended = await Promise.all(newEvents(100).map((event) => at.store.append('b-1', [event], 'any')));
    await truncated;
    expect(appended).toHaveLength(100);
    expect(await streamIds('a-1')).toHaveLength(100);
    expect(await streamIds('b-1')).toHaveLength(100);
  });

  test('9.11 truncateStream: a repetition of an append that was truncated adds nothing; it may not be known any more', async () => {
    const events = newEvents(2);
    const first = await at.store.append('a-1', events, 'none');
    const left = newEvents(2);
    await at.store.append('a-1', left, 1n);
    await at.store.truncateStream('a-1', 2n);
    const repeated = await at.store.append('a-1', events, 'none').catch((error: unknown) => error);
    const isKnown = truncatedRepetition === 'refusedOrKnown' && !(repeated instanceof Error);
    if (isKnown) expect(repeated).toEqual({ ...first, position: noPosition });
    else expect(repeated).toBeInstanceOf(WrongExpectedRevision);
    expect(await streamIds('a-1')).toEqual(idsOf(left));
  });

  test('9.12 truncateStream: followAll skips what was removed, and says when it has caught up', async () => {
    const begun = await endOfLog(at.store);
    const left = newEvent();
    await at.store.append('a-1', newEvents(5), 'none');
    await at.store.append('b-1', [left], 'none');
    await at.store.append('a-1', newEvents(5), 4n);
    await at.store.truncateStream('a-1', 10n);
    const batches = at.store.followAll({ after: begun, batchEventsMax: 3, signal: new AbortController().signal });
    for await (const batch of batches) {
      expect([idsOf(batch.events), batch.caughtUp]).toEqual([[left.eventId], true]);
      break;
    }
  });

  test('9.13 truncateStream: after the store is closed it fails with StoreUnavailable', async () => {
    await at.store.close();
    await expect(at.store.truncateStream('a-1', 1n)).rejects.toBeInstanceOf(StoreUnavailable);
  });
}
