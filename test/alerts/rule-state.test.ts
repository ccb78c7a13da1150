import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alertBegan, alertEnded, type Alert } from '../../src/alerts/alert-events.ts';
import { found, type Findings } from '../../src/alerts/kinds/findings.ts';
import { alertsPerEventMax, newestEventsMax, RuleState } from '../../src/alerts/rule-runner.ts';
import type { RuleBasics } from '../../src/alerts/alert-rule.ts';

const ruleWith = (given: Partial<RuleBasics> = {}): RuleBasics => ({
  name: 'r',
  subjectsLeast: 1,
  forSeconds: 0,
  quietSeconds: 0,
  groupSeconds: 1,
  ...given,
});
const findings = (...keys: string[]): Findings => found(keys.map((key) => ({ key, summary: key, facts: {} })));

interface Recorded {
  readonly type: string;
  readonly atMs: number;
  readonly alerts: readonly Alert[];
  readonly stillOpen: readonly Alert[];
}

/** A rule with a log of its own, which outlives the state. */
function startRule(rule: RuleBasics) {
  const log: Recorded[] = [];
  let state = new RuleState(rule);
  return {
    log,
    keys: () => [...state.open.keys()],
    at(second: number, current: Findings): { began: string[]; ended: string[] } {
      const atMs = second * 1_000;
      const { began, ended, stillOpen } = state.step(current, atMs);
      for (const [type, alerts] of [[alertEnded, ended] as const, [alertBegan, began] as const]) {
        if (alerts.length === 0) continue;
        log.push({ type, atMs, alerts, stillOpen });
        state.apply(type, { atMs, alerts, stillOpen });
      }
      return { began: began.map(({ key }) => key), ended: ended.map(({ key }) => key) };
    },
    restart(events = Infinity) {
      state = new RuleState(rule);
      for (const { type, ...event } of log.slice(-events)) state.apply(type, event);
    },
  };
}
const nothing = { began: [], ended: [] };

describe('an alert', () => {
  test('begins once, and ends once its condition is no longer met', () => {
    const rule = startRule(ruleWith());
    expect(rule.at(0, findings('a'))).toEqual({ began: ['a'], ended: [] });
    expect(rule.at(1, findings('a'))).toEqual(nothing);
    expect(rule.at(2, findings())).toEqual({ began: [], ended: ['a'] });
    expect(rule.at(3, findings())).toEqual(nothing);
    expect(rule.log[0]?.alerts[0]?.id).toBe(rule.log[1]?.alerts[0]?.id);
    expect(rule.at(4, findings('a'))).toEqual({ began: ['a'], ended: [] });
    expect(rule.log[2]?.alerts[0]?.id).not.toBe(rule.log[0]?.alerts[0]?.id);
  });

  test('begins after the delay only if its condition was met all the time, and ends after the quiet time', () => {
    const rule = startRule(ruleWith({ forSeconds: 3, quietSeconds: 2 }));
    expect([rule.at(0, findings('a')), rule.at(2, findings('a')), rule.at(3, findings())]).toEqual(
      Array(3).fill(nothing),
    );
    expect(rule.at(4, findings('a'))).toEqual(nothing);
    expect(rule.at(7, findings('a')).began).toEqual(['a']);
    expect([rule.at(8, findings()), rule.at(9, findings('a')), rule.at(10, findings())]).toEqual(
      Array(3).fill(nothing),
    );
    expect(rule.at(12, findings()).ended).toEqual(['a']);
  });

  test('of which nobody can say anything stays as it is', () => {
    const rule = startRule(ruleWith());
    rule.at(0, findings('a'));
    expect(rule.at(2, { current: [], isUnknown: (key) => key === 'a' })).toEqual(nothing);
    expect(rule.at(4, findings()).ended).toEqual(['a']);
  });

  test('does not end while nobody can say, though its condition was no longer met before', () => {
    const rule = startRule(ruleWith({ quietSeconds: 10 }));
    rule.at(0, findings('a'));
    expect(rule.at(5, findings())).toEqual(nothing);
    expect(rule.at(20, { current: [], isUnknown: (key) => key === 'a' })).toEqual(nothing);
    expect(rule.at(21, findings('a'))).toEqual(nothing);
    expect(rule.at(22, findings())).toEqual(nothing);
    expect(rule.at(32, findings()).ended).toEqual(['a']);
  });

  test('waits no longer than its delays where the clock is set back meanwhile', () => {
    const rule = startRule(ruleWith({ forSeconds: 3, quietSeconds: 2 }));
    rule.at(1_000, findings('a'));
    expect(rule.at(10, findings('a'))).toEqual(nothing);
    expect(rule.at(13, findings('a')).began).toEqual(['a']);
    expect(rule.at(14, findings())).toEqual(nothing);
    expect(rule.at(1, findings())).toEqual(nothing);
    expect(rule.at(3, findings()).ended).toEqual(['a']);
  });

  test('does not begin before as many subjects meet the condition as the threshold says', () => {
    const rule = startRule(ruleWith({ subjectsLeast: 3 }));
    expect(rule.at(0, findings('a', 'b'))).toEqual(nothing);
    expect(rule.at(1, findings('a', 'b', 'c')).began).toEqual(['a', 'b', 'c']);
    expect(rule.at(2, findings('a')).ended).toEqual(['b', 'c']);
  });

  test('whose condition is no longer met does not count for the threshold while it waits for its end', () => {
    const rule = startRule(ruleWith({ subjectsLeast: 3, quietSeconds: 10 }));
    expect(rule.at(0, findings('a', 'b', 'c')).began).toEqual(['a', 'b', 'c']);
    expect(rule.at(2, findings('a', 'd'))).toEqual(nothing);
    expect(rule.at(4, findings('a', 'b', 'd')).began).toEqual(['d']);
  });
});

test('in quiet hours nothing begins; what is still the case afterwards begins then', () => {
  const quietHours = { timeZone: 'UTC', hours: [{ from: '00:00', to: '00:01' }] };
  const rule = startRule(ruleWith({ quietHours }));
  expect(rule.at(0, findings('a', 'b'))).toEqual(nothing);
  expect(rule.at(60, findings('b'))).toEqual({ began: ['b'], ended: [] });
});

test('what begins soon after a message is in the next one, also over a restart; what has ended by then is in none', () => {
  const rule = startRule(ruleWith({ groupSeconds: 60 }));
  expect(rule.at(0, findings('a')).began).toEqual(['a']);
  expect(rule.at(10, findings('a', 'b'))).toEqual(nothing);
  rule.restart();
  expect(rule.at(30, findings('a', 'b', 'c', 'd'))).toEqual(nothing);
  expect(rule.at(60, findings('a', 'b', 'c'))).toEqual({ began: ['b', 'c'], ended: [] });
});

test('a message of a time that the clock was set back from keeps no other waiting', () => {
  const rule = startRule(ruleWith({ groupSeconds: 60 }));
  rule.at(1_000, findings('a'));
  expect(rule.at(10, findings('a', 'b')).began).toEqual(['b']);
});

test('one event has a limited number of alerts; the others are in the next ones', () => {
  const rule = startRule(ruleWith());
  const all = findings(...Array.from({ length: alertsPerEventMax + 5 }, (_, index) => String(index)));
  expect(rule.at(0, all).began).toHaveLength(alertsPerEventMax);
  expect(rule.at(1, all).began).toHaveLength(5);
});

test('whatever is found and whenever it is restarted, an alert begins and ends in turn, and in the end is what is found', () => {
  const keys = fc.subarray(['a', 'b', 'c', 'd']);
  const steps = fc.array(fc.record({ keys, unknown: keys, restarts: fc.boolean(), seconds: fc.nat(5) }), {
    maxLength: 30,
  });
  const rules = fc.record({
    forSeconds: fc.nat(3),
    quietSeconds: fc.nat(3),
    groupSeconds: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(rules, steps, keys, (given, all, last) => {
      const rule = startRule(ruleWith(given));
      let second = 0;
      for (const { keys: current, unknown, restarts, seconds } of all) {
        if (restarts) rule.restart();
        second += seconds;
        rule.at(second, { ...findings(...current), isUnknown: (key) => unknown.includes(key) });
      }
      for (let left = 0; left < 20; left += 1) rule.at((second += 1), findings(...last));
      for (const key of ['a', 'b', 'c', 'd']) {
        const types = rule.log
          .filter(({ alerts }) => alerts.some((alert) => alert.key === key))
          .map(({ type }) => type);
        expect(types).toEqual(types.map((_, index) => (index % 2 === 0 ? alertBegan : alertEnded)));
        expect(types.length % 2 === 1).toBe(last.includes(key));
      }
    }),
  );
});

test('the newest events have all that is open, however much there is and however long ago it began', () => {
  const rule = startRule(ruleWith());
  const all = Array.from({ length: 1_000 }, (_, index) => String(index));
  let second = 0;
  while (rule.keys().length < all.length) rule.at((second += 1), findings(...all));
  // One ends, and another begins, with each step: two events.
  const steps = fc.array(fc.nat(999), { minLength: 60, maxLength: 120 });
  fc.assert(
    fc.property(steps, (missing) => {
      for (const one of missing) rule.at((second += 1), findings(...all.filter((key) => key !== String(one))));
      const before = rule.keys();
      rule.restart(newestEventsMax);
      expect(rule.keys()).toEqual(before);
    }),
    { numRuns: 5 },
  );
});
