import { expect, test } from '@jest/globals';
import { keepScope, scopeFilterOf } from '../../console/src/scope.ts';

test('a scope is an account if it is digits, else a domain; none is everything', () => {
  expect([null, '1000000001', 'push.example.com'].map(scopeFilterOf)).toEqual([
    {},
    { appId: { eq: '1000000001' } },
    { domain: { eq: 'push.example.com' } },
  ]);
});

test('links stay in the scope, unless they name another one', () => {
  expect(keepScope('/search?q=a%26b', 'push.example.com')).toBe('/search?q=a%26b&scope=push.example.com');
  expect(keepScope('/endings', '1000000001')).toBe('/endings?scope=1000000001');
  expect(keepScope('/endings?scope=2', '1')).toBe('/endings?scope=2');
  expect(keepScope('/endings?window=7d', null)).toBe('/endings?window=7d');
});
