import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { operatorFactsStream, writeFact, type FactEvent } from '../../src/facts/operator-fact-events.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { listedSessions } from '../support/expected-sessions.ts';
import { openLedger, withLedger, type TestArrival } from '../support/ledger.ts';
import { numRunsOf } from '../support/num-runs.ts';
import { inTime, scenario } from '../support/scenarios.ts';

/** A statement about the session that a callback names. */
interface TestFact {
  readonly eventId: string;
  readonly fact: FactEvent;
}

const isFact = (one: TestArrival | TestFact): one is TestFact => 'fact' in one;

/** All that readers see of sessions after these in this order. */
async function shownAfter(inOrder: readonly (TestArrival | TestFact)[]) {
  const ledger = openLedger();
  try {
    for (const one of inOrder) {
      if (isFact(one)) await ledger.appendEvent(operatorFactsStream, { eventId: one.eventId, ...writeFact(one.fact) });
      else await ledger.append([one]);
    }
    return listedSessions(await ledger.projected());
  } finally {
    await ledger.close();
  }
}

/** Closures of the sessions of a scenario, notes, and withdrawals of some of them. */
const withFacts = scenario.chain(({ callbacks }) =>
  fc
    .array(
      fc.record({
        about: fc.constantFrom(...callbacks),
        kind: fc.constantFrom('CLOSED', 'CLOSED', 'NOTE', 'WITHDRAWN'),
        atMs: fc.integer({ min: 1_600_000_000_000, max: 1_600_000_100_000 }),
        endedAtMs: fc.option(fc.constant(1_600_000_030_000)),
        withdraws: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((facts): readonly (TestArrival | TestFact)[] => [
      ...callbacks,
      ...facts.map(({ about: { body }, kind, atMs, endedAtMs, withdraws }, index): TestFact => {
        const appId = String(body['appid'] ?? body['appId']);
        const stated = {
          subject: { type: 'StreamSession', appId, key: String(body['sequence']) },
          text: 'because',
          by: null,
          atMs,
        } as const;
        const fact: FactEvent =
          kind === 'WITHDRAWN'
            ? { ...stated, kind, withdraws: `fact-${withdraws}` }
            : { ...stated, kind: kind, endedAtMs: kind === 'NOTE' ? null : endedAtMs };
        return { eventId: `fact-${index}`, fact };
      }),
    ]),
);

describe('facts of operators about sessions', () => {
  test('property: any order of them and of callbacks gives the same sessions, and those with an end keep it', async () => {
    const twoOrders = withFacts.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })),
    );
    await fc.assert(
      fc.asyncProperty(twoOrders, async ([one, other]) => {
        const shown = await shownAfter(one);
        expect(await shownAfter(other)).toEqual(shown);
        const without = await shownAfter(one.filter((each) => !isFact(each)));
        for (const [index, session] of shown.entries()) {
          const { state, closedAtMs, ...rest } = session;
          const { state: stateWithout, closedAtMs: _none, ...restWithout } = without[index] ?? session;
          expect(rest).toEqual(restWithout);
          expect(state === 'CLOSED').toBe(closedAtMs !== null);
          if (state !== 'CLOSED') expect(state).toBe(stateWithout);
          else expect(stateWithout).not.toBe('ENDED');
        }
      }),
      { ...inTime, numRuns: numRunsOf(40) },
    );
  });

  test('a fact whose event is in the log twice counts once, and one that is not ours is skipped', async () => {
    const callback = { body: pushBody(), receivedAtMs: 1_600_000_000_000 };
    await withLedger([callback], async (ledger) => {
      const subject = { type: 'StreamSession', appId: '12345678', key: String(pushBody()['sequence']) } as const;
      const note = writeFact({ kind: 'NOTE', subject, text: 'a note', by: null, atMs: 1, endedAtMs: null });
      await ledger.appendEvent(operatorFactsStream, { eventId: 'one', ...note });
      await ledger.appendEvent(operatorFactsStream, { eventId: 'two', ...note, data: Buffer.from('{}') });
      await ledger.appendEvent(operatorFactsStream, { eventId: 'three', ...note, type: 'OfALaterVersion' });
      const readModel = await ledger.projected();
      const events = await ledger.events();
      const changes = readModel.dump()['stream_sessions'];
      readModel.project(
        events.filter(({ eventId }) => eventId === 'one').map((event) => ({ ...event, position: 99n })),
      );
      expect(readModel.read((reader) => reader.operatorFacts.of(subject))).toHaveLength(1);
      expect(readModel.dump()['stream_sessions']).toEqual(changes);
      expect(readModel.read((reader) => reader.poisoned(9))).toMatchObject([{ streamName: operatorFactsStream }]);
    });
  });
});
