import { expect, test } from '@jest/globals';
import {
  cutoffMsOf,
  ruleIndexOf,
  type Retained,
  type RetentionRule,
} from '../../../src/operations/retention/retention-rules.ts';

const rule = (given: Partial<RetentionRule>): RetentionRule => ({
  what: ['CALLBACKS'],
  accounts: null,
  eventTypes: null,
  keepDays: 1,
  ...given,
});
const callback: Retained = { what: 'CALLBACKS', appId: '1', eventType: 100 };
const nowMs = 1_600_000_000_000;
const dayMs = 86_400_000;

test.each<[string, Partial<RetentionRule>, Partial<Retained>, boolean]>([
  ['its kind', {}, {}, true],
  ['one of several kinds', { what: ['TASKS', 'CALLBACKS'] }, {}, true],
  ['another kind', { what: ['TASKS', 'SESSIONS'] }, {}, false],
  ['its account', { accounts: ['2', '1'] }, {}, true],
  ['another account', { accounts: ['2'] }, {}, false],
  ['an account, where it names none', { accounts: ['1'] }, { appId: null }, false],
  ['every account, where it names none', {}, { appId: null }, true],
  ['its type', { eventTypes: [100] }, {}, true],
  ['another type', { eventTypes: [1] }, {}, false],
  ['a type, where it has none', { eventTypes: [100] }, { eventType: null }, false],
  ['its account, but another type', { accounts: ['1'], eventTypes: [1] }, {}, false],
])('a rule for %s', (_name, given, retained, fits) => {
  expect(ruleIndexOf([rule(given)], { ...callback, ...retained })).toBe(fits ? 0 : -1);
});

test('the first rule that fits says how many days are kept; what none fits is kept for ever', () => {
  const rules = [
    rule({ what: ['TASKS'] }),
    rule({ accounts: ['1'], keepDays: 30 }),
    rule({ accounts: ['2'], keepDays: null }),
    rule({}),
  ];
  expect(cutoffMsOf(rules, callback, nowMs)).toBe(nowMs - 30 * dayMs);
  expect(cutoffMsOf(rules, { ...callback, appId: '2' }, nowMs)).toBeNull();
  expect(cutoffMsOf(rules, { ...callback, appId: '3' }, nowMs)).toBe(nowMs - dayMs);
  expect(cutoffMsOf(rules, { ...callback, what: 'QUARANTINE' }, nowMs)).toBeNull();
  expect(cutoffMsOf([], callback, nowMs)).toBeNull();
});
