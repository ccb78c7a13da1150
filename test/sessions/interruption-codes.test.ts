import { describe, expect, test } from '@jest/globals';
import { endCauseOf, endSides, type EndSide } from '../../src/sessions/interruption-codes.ts';

const to = (from: number, until: number) => Array.from({ length: until - from + 1 }, (_, index) => from + index);

/** Every row of the vendor's "stream interruption records" page, and a word that its summary must hold. */
const rows: [codes: number[], side: EndSide, word: RegExp][] = [
  [[0], 'UNKNOWN', /not say/],
  [[1, 2, 3, 4], 'CLIENT', /ended the stream or closed/],
  [[5, 9, 11], 'PLATFORM', /internal fault/],
  [[6], 'CLIENT', /RTMP content/],
  [[7], 'CLIENT', /frame above/],
  [[8], 'NETWORK', /No data/],
  [[10], 'PLATFORM', /proxy layer/],
  [to(12, 17), 'NETWORK', /network fault/],
  [[18], 'CONFIGURATION', /refused the push by a rule/],
  [[19], 'AUTH', /third-party authentication/],
  [[20], 'NETWORK', /No data/],
  [[22, ...to(25, 32), 34, 36], 'UNKNOWN', /not say/],
  [[23], 'CLIENT', /RTMP content/],
  [[24, 38], 'PLATFORM', /internal fault/],
  [[33], 'CLIENT', /AMF/],
  [[35], 'CLIENT', /ended the stream/],
  [[37], 'PLATFORM', /nobody was watching/],
  [[39], 'CLIENT', /frame above/],
];

describe('an interruption code says why a push ended', () => {
  test.each(rows.flatMap(([codes, side, word]) => codes.map((code) => ({ code, side, word }))))(
    '$code is on the side $side',
    ({ code, side, word }) => {
      const cause = endCauseOf(code, false);
      expect(cause.side).toBe(side);
      expect(cause.summary).toMatch(word);
      // What came after it means something for code 21 only.
      expect(endCauseOf(code, true)).toEqual(cause);
    },
  );

  test('21 is the operator’s, or a takeover where a newer push of the stream had begun', () => {
    expect(endCauseOf(21, false)).toMatchObject({ side: 'OPERATOR' });
    expect(endCauseOf(21, true)).toMatchObject({ side: 'TAKEOVER' });
  });

  test('the table names each code from 0 to 39 once', () => {
    const named = [...rows.flatMap(([codes]) => codes), 21].sort((one, other) => one - other);
    expect(named).toEqual(to(0, 39));
  });

  test.each([null, -1, 40, 1_000, 2 ** 31 - 1])('%p is unknown', (code) => {
    expect(endCauseOf(code, true).side).toBe('UNKNOWN');
  });

  test('every side and no other occurs, each with a summary and an advice in one sentence', () => {
    const causes = [...to(0, 39).flatMap((code) => [endCauseOf(code, false), endCauseOf(code, true)])];
    expect(new Set(causes.map(({ side }) => side))).toEqual(new Set(endSides));
    for (const { summary, advice } of causes) {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
    }
  });
});
