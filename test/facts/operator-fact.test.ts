import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closedAtMsOf, foldFacts, type RecordedFact } from '../../src/facts/operator-fact-events.ts';

const subject = { type: 'StreamSession', appId: '1', key: '2' } as const;
const idOf = (number: number) => `fact-${number}`;

/** Facts, and withdrawals of any of them or of none that exists. */
const someEvents: fc.Arbitrary<readonly RecordedFact[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('CLOSED', 'CLOSED', 'NOTE', 'WITHDRAWN'),
      atMs: fc.integer({ min: 1, max: 5 }),
      endedAtMs: fc.option(fc.integer({ min: 10, max: 12 })),
      withdraws: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 8 },
  )
  .map((events) =>
    events.map(({ kind, atMs, endedAtMs, withdraws }, index): RecordedFact => {
      const stated = {
        subject,
        atMs,
        text: `because ${index}`,
        by: null,
        position: BigInt(index),
        eventId: idOf(index),
      };
      if (kind === 'WITHDRAWN') return { ...stated, kind, withdraws: idOf(withdraws) };
      return { ...stated, kind: kind, endedAtMs: kind === 'NOTE' ? null : endedAtMs };
    }),
  );

test('property: any order of the events gives the same facts', () => {
  const twoOrders = someEvents.chain((events) =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
  );
  fc.assert(
    fc.property(twoOrders, ([one, other]) => {
      expect(foldFacts(other)).toEqual(foldFacts(one));
    }),
  );
});

test('property: a session is closed while any closure of it was not taken back, and by the newest of those', () => {
  fc.assert(
    fc.property(someEvents, (events) => {
      const withdrawn = new Set(events.flatMap((event) => (event.kind === 'WITHDRAWN' ? [event.withdraws] : [])));
      const left = events.filter((event) => event.kind === 'CLOSED' && !withdrawn.has(event.eventId));
      const newestMs = Math.max(...left.map(({ atMs }) => atMs));
      const closedAtMs = closedAtMsOf(foldFacts(events));
      const possible = left
        .filter(({ atMs }) => atMs === newestMs)
        .map((event) => (event.kind === 'CLOSED' ? (event.endedAtMs ?? event.atMs) : NaN))
        .map((ms) => ms - (ms % 1_000));
      if (left.length === 0) expect(closedAtMs).toBeNull();
      else expect(possible).toContain(closedAtMs);
    }),
  );
});

test('what is taken back twice shows the first statement that did so', () => {
  const stated = { subject, by: null, position: 1n };
  const events: RecordedFact[] = [
    { ...stated, kind: 'NOTE', eventId: 'a', atMs: 1, text: 'a note', endedAtMs: null },
    { ...stated, kind: 'WITHDRAWN', eventId: 'c', atMs: 3, text: 'again', withdraws: 'a' },
    { ...stated, kind: 'WITHDRAWN', eventId: 'b', atMs: 2, text: 'first', withdraws: 'a' },
  ];
  expect(foldFacts(events)).toMatchObject([{ eventId: 'a', withdrawal: { text: 'first', atMs: 2 } }]);
});

test('facts of one moment are in the order of their ids, whichever came first', () => {
  const note = (eventId: string): RecordedFact => ({
    subject,
    by: null,
    position: 1n,
    kind: 'NOTE',
    eventId,
    atMs: 1,
    text: eventId,
    endedAtMs: null,
  });
  const [a, b] = [note('a'), note('b')];
  for (const events of [
    [a, b],
    [b, a],
  ]) {
    expect(foldFacts(events).map(({ eventId }) => eventId)).toEqual(['a', 'b']);
  }
});
