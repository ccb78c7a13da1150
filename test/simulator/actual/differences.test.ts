import { describe, expect, test } from '@jest/globals';
import { differencesBetween, type ActualFields } from '../../../simulator/actual/differences.ts';
import { anything, between, anyMoment, partlyHidden, type Expected } from '../../../simulator/expected/matcher.ts';

function differences(expected: Expected, found: unknown): string[] {
  const all = differencesBetween(new Map([['it', { field: expected }]]), new Map([['it', { field: found }]]));
  return all.map(({ where, expected: wanted, found: instead }) => `${where}: ${wanted} / ${instead}`);
}

describe('differences', () => {
  test.each<[Expected, unknown]>([
    ['a', 'a'],
    [1, 1],
    [null, null],
    [{ inner: 1 }, { inner: 1 }],
    [
      ['a', partlyHidden('http://a/?b=c')],
      ['a', 'http://a/?(hidden)'],
    ],
    [anything, undefined],
    [anyMoment, '2026-11-21T12:00:00.000Z'],
    [between(2, Infinity), 7],
    [partlyHidden('txSecret=1'), '(hidden)'],
    [partlyHidden('txSecret=1'), 'txSecret=1'],
    [partlyHidden('rtmp://a/b?c=d failed'), 'rtmp://a/b?c=d failed'],
  ])('there is none between %j and %j', (expected, found) => {
    expect(differences(expected, found)).toEqual([]);
  });

  test.each<[Expected, unknown, string]>([
    ['1', 1, 'it field: "1" / 1'],
    [null, 0, 'it field: null / 0'],
    [0, null, 'it field: 0 / null'],
    [anyMoment, null, 'it field: a moment / null'],
    [between(2, 3), 4, 'it field: 2 to 3 / 4'],
    [between(2, 2), 1, 'it field: 2 / 1'],
    [between(2, Infinity), 1, 'it field: at least 2 / 1'],
    [partlyHidden('http://a/?b=c'), 'http://a/', 'it field: "http://a/?b=c" / "http://a/"'],
    [['a'], ['a', 'b'], 'it field: ["a"] / ["a","b"]'],
    [['a', 'b'], ['a', 'c'], 'it field 2: "b" / "c"'],
    [{ inner: 1 }, null, 'it field: an object / null'],
    [{ inner: 1 }, {}, 'it field inner: 1 / nothing'],
    [{}, { inner: 1 }, 'it field inner: nothing / there'],
  ])('there is one between %j and %j', (expected, found, difference) => {
    expect(differences(expected, found)).toEqual([difference]);
  });

  test('what is missing and what is too many is told by its name', () => {
    const found: [string, ActualFields][] = [['extra', {}]];
    expect(differencesBetween(new Map([['missing', {}]]), new Map(found))).toEqual([
      { where: 'missing', expected: 'to be there', found: 'nothing' },
      { where: 'extra', expected: 'nothing', found: 'there' },
    ]);
  });
});
