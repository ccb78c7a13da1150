import { expect, test } from '@jest/globals';
import { endOfLog, idsOf, newEvent, newEvents, readAll, readLog } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function readingContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('4.1 readStream: returns each event as it was appended, with its stream, revision, position and time', async () => {
    const event = newEvent({ type: 'CssPush', data: Buffer.from('{"a":1}'), metadata: Buffer.from('{"b":2}') });
    const { position } = await at.store.append('a-1', [event], 'any');
    const [recorded] = await readAll(at.store.readStream('a-1'));
    expect(recorded).toMatchObject({
      eventId: event.eventId,
      type: 'CssPush',
      streamName: 'a-1',
      revision: 0n,
      position,
    });
    expect(Buffer.from(recorded?.data ?? []).toString()).toBe('{"a":1}');
    expect(Buffer.from(recorded?.metadata ?? []).toString()).toBe('{"b":2}');
    expect(Number.isSafeInteger(recorded?.recordedAtMs)).toBe(true);
  });

  test('4.2 readStream: begins at the revision that is asked for, inclusive', async () => {
    const events = newEvents(5);
    await at.store.append('a-1', events, 'none');
    expect(idsOf(await readAll(at.store.readStream('a-1', 3n)))).toEqual(idsOf(events.slice(3)));
  });

  test('4.3 readStream: is empty beyond the end', async () => {
    await at.store.append('a-1', newEvents(2), 'none');
    expect(await readAll(at.store.readStream('a-1', 2n))).toEqual([]);
  });

  test('4.4 readStream: a stream that does not exist has no events', async () => {
    expect(await readAll(at.store.readStream('a-1'))).toEqual([]);
  });

  test('4.5 readStream: has no bound of its own', async () => {
    const events = newEvents(1_000);
    await at.store.append('a-1', events, 'none');
    expect(idsOf(await readAll(at.store.readStream('a-1')))).toEqual(idsOf(events));
  });

  test('4.6 readStream: keeps apart streams whose names begin alike or differ in case', async () => {
    const names = ['a-1', 'a-10', 'a-1/2', 'A-1', 'a-1 '];
    for (const name of names) await at.store.append(name, [newEvent({ type: `Of ${name}` })], 'none');
    for (const name of names) {
      expect((await readAll(at.store.readStream(name))).map(({ type }) => type)).toEqual([`Of ${name}`]);
    }
  });

  test('4.7 readStream: may be left before its end', async () => {
    await at.store.append('a-1', newEvents(600), 'none');
    for await (const { revision } of at.store.readStream('a-1')) if (revision === 1n) break;
    expect(await at.store.append('a-1', [newEvent()], 599n)).toMatchObject({ revision: 600n });
  });

  test('4.14 readStream: is the same however many events are asked for at once, and however large they are', async () => {
    const events = Array.from({ length: 10 }, (_, index) =>
      newEvent({ data: Buffer.from(JSON.stringify('x'.repeat(index % 3 === 0 ? 400_000 : index))) }),
    );
    for (const event of events) await at.store.append('a-1', [event], 'any');
    for (const eventsAtOnce of [undefined, 1, 3, 9, 10, 11]) {
      expect(idsOf(await readAll(at.store.readStream('a-1', 1n, eventsAtOnce)))).toEqual(idsOf(events.slice(1)));
    }
  });

  test('4.8 readAt: returns the event at exactly this position', async () => {
    const [first, second] = [newEvent(), newEvent()];
    const { position } = await at.store.append('a-1', [first], 'any');
    await at.store.append('a-1', [second], 'any');
    expect(await at.store.readAt(position)).toMatchObject({ ...first, streamName: 'a-1', revision: 0n, position });
  });

  test('4.9 readAt: is null where there is no event', async () => {
    expect(await at.store.readAt((await endOfLog(at.store)) + 1_000n)).toBeNull();
  });

  test('4.10 read all from a position: followAll, left when it has caught up, returns all events after it', async () => {
    const { position } = await at.store.append('a-1', [newEvent()], 'any');
    const behind = newEvents(450);
    for (const event of behind.slice(0, 50)) await at.store.append('b-1', [event], 'any');
    await at.store.append('a-1', behind.slice(50), 0n);
    expect(idsOf(await readLog(at.store, position))).toEqual(idsOf(behind));
    expect(await readLog(at.store, await at.store.endPosition())).toEqual([]);
  });

  test('4.11 endPosition: is that of the newest event, and grows with each', async () => {
    const { position } = await at.store.append('a-1', newEvents(3), 'any');
    expect(await at.store.endPosition()).toBe(position);
    await Promise.allSettled([at.store.append('a-1', [newEvent()], 9n)]);
    expect(await at.store.endPosition()).toBe(position);
    const { position: next } = await at.store.append('b-1', [newEvent()], 'any');
    expect(await at.store.endPosition()).toBe(next);
  });

  test('4.12 endPosition: stays where the newest event was truncated, also over reopening', async () => {
    const { position } = await at.store.append('a-1', newEvents(3), 'any');
    await at.store.truncateStream('a-1', 3n);
    expect(await at.store.endPosition()).toBe(position);
    expect(await (await at.reopen()).endPosition()).toBe(position);
  });

  test('4.13 lastRevision: is that of the newest event of the stream; a stream that has none has no revision', async () => {
    expect(await at.store.lastRevision('a-1')).toBeNull();
    await at.store.append('a-1', newEvents(300), 'none');
    await at.store.append('a-10', [newEvent()], 'none');
    expect(await at.store.lastRevision('a-1')).toBe(299n);
    await at.store.truncateStream('a-1', 200n);
    expect(await at.store.lastRevision('a-1')).toBe(299n);
    await at.store.truncateStream('a-1', 300n);
    expect(await at.store.lastRevision('a-1')).toBeNull();
  });

  test('4.15 streamSizes: has each stream with a prefix, by name, with what its events up to a position amount to', async () => {
    const event = (bytes: number) => newEvent({ data: Buffer.alloc(bytes, '1'), metadata: Buffer.from('{}') });
    await at.store.append('b-2', [event(10), event(20)], 'any');
    await at.store.append('c-1', [event(10)], 'any');
    await at.store.append('b-1', [event(1), event(2), event(3)], 'any');
    await at.store.append('a-1', [event(10)], 'any');
    const upTo = await endOfLog(at.store);
    await at.store.append('b-1', [event(100)], 'any');
    await at.store.append('b-3', [event(100)], 'any');
    await endOfLog(at.store);
    const sizes = () => readAll(at.store.streamSizes('b-', upTo));
    const second = { streamName: 'b-2', events: 2, bytes: 34 };
    expect(await sizes()).toEqual([{ streamName: 'b-1', events: 3, bytes: 12 }, second]);
    await at.store.truncateStream('b-1', 2n);
    expect((await sizes())[0]).toEqual({ streamName: 'b-1', events: 1, bytes: 5 });
    await at.store.truncateStream('b-1', 3n);
    expect(await sizes()).toEqual([second]);
  });

  test('4.16 streamSizes: has no bound of its own', async () => {
    await at.store.append('a-1', newEvents(1_000), 'none');
    const [size] = await readAll(at.store.streamSizes('a-', await endOfLog(at.store)));
    expect(size?.events).toBe(1_000);
  });
}
