import { expect, test } from '@jest/globals';
import { readFallingOut } from '../../../src/operations/retention/falling-out-table.ts';
import type { RetentionRule } from '../../../src/operations/retention/retention-rules.ts';
import { interruptionBody } from '../../support/callback-bodies.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';

const dayMs = 86_400_000;
const rule = (what: RetentionRule['what'][number]): RetentionRule => ({
  what: [what],
  accounts: null,
  eventTypes: null,
  keepDays: 10,
});

const refused = (sequence: string, day: number, overrides: Record<string, unknown> = {}): TestArrival => ({
  body: interruptionBody({ sequence, errcode: 18, event_time: (day * dayMs) / 1_000, ...overrides }),
  receivedAtMs: day * dayMs,
});

test('all callbacks of a refused push fall out together, as a session would, once nothing was heard of it for long enough', async () => {
  const arrivals = [
    // Two that contradict each other, all old.
    ...[refused('1', 1), refused('1', 2, { errcode: 19 }), refused('1', 2, { errcode: 19, t: 1 })],
    // One old and one recent: the push is recent.
    ...[refused('2', 1), refused('2', 95, { errcode: 19 })],
  ];
  await withLedger(arrivals, async (ledger) => {
    const { db } = await ledger.projected();
    const eventIds = (await ledger.events()).map(({ eventId }) => eventId);
    const fallingOut = (rules: readonly RetentionRule[]) => [...readFallingOut(db, rules, 100 * dayMs)];
    expect(fallingOut([rule('CALLBACKS')])).toEqual([]);
    const groups = fallingOut([rule('SESSIONS')]);
    expect(groups).toMatchObject([[{ what: 'SESSIONS', firstReceivedAtMs: dayMs, lastReceivedAtMs: 2 * dayMs }]]);
    const [ofFirst = []] = groups.map((group) => group.flatMap((one) => one.eventIds));
    expect([...ofFirst].sort()).toEqual(eventIds.slice(-5, -2).sort());
  });
});
