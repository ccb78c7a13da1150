import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fullBloomFilter, emptyBloomFilter } from '../../../src/projecting/file/row-cache.ts';
import { numRunsOf } from '../../support/num-runs.ts';

describe('keys of a table that began empty', () => {
  test('property: what was noted may be there, always', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (noted) => {
        const keys = emptyBloomFilter();
        for (const key of noted) keys.note(key);
        expect(noted.filter((key) => !keys.mayHave(key))).toEqual([]);
      }),
      { numRuns: numRunsOf(30) },
    );
  });

  test('what was not noted is known not to be there, but for one of a hundred', () => {
    const keys = emptyBloomFilter();
    for (let index = 0; index < 100_000; index += 1) keys.note(`["1000","example.com","live","noted-${index}"]`);
    let looksKnown = 0;
    for (let index = 0; index < 10_000; index += 1) {
      if (keys.mayHave(`["1000","example.com","live","other-${index}"]`)) looksKnown += 1;
    }
    expect(looksKnown).toBeLessThan(100);
  });

  test('of a table that was not empty anything may be there', () => {
    expect(fullBloomFilter.mayHave('never noted')).toBe(true);
  });
});
