import { expect } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';

/**
 * `expect(actual).toEqual(expected)` for many thousands of comparisons: each call of `expect` creates all its matchers and an error with
 * its stack, even for equal values.
 */
export function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
