import { expect, test } from '@jest/globals';
import { parseAccessFile } from '../../../src/api/access/tokens.ts';
import { callerOfClaims } from '../../../src/api/access/identities.ts';

const a = [{ domains: ['a.example'] }];
const b = [{ accounts: ['2'] }];

const { identities } = parseAccessFile(
  JSON.stringify({
    identities: [
      { claim: 'groups', has: 'a', role: 'viewer', scope: a },
      { claim: 'groups', has: 'b', role: 'viewer', scope: b },
      { claim: 'groups', has: 'all', role: 'viewer' },
      { claim: 'groups', has: 'operator-of-a', role: 'operator', scope: a },
    ],
  }),
);

test.each([
  [['a'], 'viewer', a],
  [['a', 'b'], 'viewer', [...a, ...b]],
  [['b', 'all'], 'viewer', null],
  // Whoever reads everything as a viewer is no operator of everything.
  [['all', 'operator-of-a'], 'operator', a],
])('the groups %j make a %s with what the rules of that role show', (groups, role, scope) => {
  expect(callerOfClaims({ groups, sub: 'one' }, identities)).toMatchObject({ role, scope, rates: null, name: 'one' });
});

test('without a rule there is no role, and so nothing to see', () => {
  expect(callerOfClaims({ groups: ['others'] }, identities)).toBeNull();
});

test('of several rules with the same role, each rate is the most that one of them allows, or as for all', () => {
  const rule = (has: string, rates?: object) => ({ claim: 'groups', has, role: 'viewer', rates });
  const rules = [
    rule('slow', { operations: 10, exports: 1 }),
    rule('fast', { operations: 50 }),
    rule('usual'),
    { ...rule('lead', { operations: 1 }), role: 'operator' },
  ];
  const { identities: rated } = parseAccessFile(JSON.stringify({ identities: rules }));
  const ratesOf = (...groups: string[]) => callerOfClaims({ groups, sub: 'one' }, rated)?.rates;
  expect(ratesOf('slow')).toEqual({ operations: 10, exports: 1 });
  expect(ratesOf('slow', 'fast')).toEqual({ operations: 50 });
  expect(ratesOf('slow', 'usual')).toBeNull();
  expect(ratesOf('fast', 'lead')).toEqual({ operations: 1 });
});
