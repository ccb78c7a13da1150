import { describe, expect, test } from '@jest/globals';
import { endCauseOf, endSides, type EndSide } from '../../src/sessions/interruption-codes.ts';

const to = (from: number, until: number) => Array.from({ length: until - from + 1 }, (_, index) => from + index);

const causeOf = (endCode: number | null, takenOver: boolean, endMessage: string | null = null) =>
  endCauseOf({ endCode, endCodeText: null, endMessage }, takenOver);

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
      const cause = causeOf(code, false);
      expect(cause.side).toBe(side);
      expect(cause.summary).toMatch(word);
      // What came after it means something for code 21 only.
      expect(causeOf(code, true)).toEqual(cause);
    },
  );

  test('21 is the operator’s, or a takeover where a newer push of the stream had begun', () => {
    expect(causeOf(21, false)).toMatchObject({ side: 'OPERATOR' });
    expect(causeOf(21, true)).toMatchObject({ side: 'TAKEOVER' });
  });

  test('the table names each code from 0 to 39 once', () => {
    const named = [...rows.flatMap(([codes]) => codes), 21].sort((one, other) => one - other);
    expect(named).toEqual(to(0, 39));
  });

  test.each([null, -1, 40, 1_000, 2 ** 31 - 1])('%p is unknown', (code) => {
    expect(causeOf(code, true).side).toBe('UNKNOWN');
  });

  test.each([22, 40, 1_000])('%p, which the vendor does not explain, is quoted with the message of CSS', (code) => {
    const cause = causeOf(code, false, ' stream limit reached ');
    expect(cause).toMatchObject({ side: 'UNKNOWN', summary: 'CSS says: "stream limit reached"', sureness: 'LIKELY' });
  });

  test.each([null, '', '  ', 'a\u0000b', 'x'.repeat(201)])(
    'a code outside the list without a message to quote: %j',
    (message) => {
      expect(causeOf(40, false, message).summary).toMatch(/not in the vendor’s list/);
    },
  );

  test('a code beyond 32 bits is one outside the list', () => {
    const beyond = { endCode: null, endCodeText: '4294967296', endMessage: null };
    expect(endCauseOf(beyond, false).summary).toMatch(/not in the vendor’s list/);
  });

  test('a message is not quoted for a code that the vendor explains', () => {
    expect(causeOf(8, false, 'timeout')).toEqual(causeOf(8, false));
  });

  test('18 with the message of 2016 was refused for its push URL, probably', () => {
    const cause = causeOf(18, false, 'Push URL maybe invalid');
    expect(cause).toMatchObject({ side: 'CONFIGURATION', sureness: 'LIKELY' });
    expect(cause.summary).toMatch(/push URL has expired/);
    expect(causeOf(18, false, 'refused')).toMatchObject({ sureness: 'CERTAIN' });
  });

  test('every side and no other occurs, each with a summary and an advice in one sentence', () => {
    const causes = [...to(0, 39).flatMap((code) => [causeOf(code, false), causeOf(code, true)])];
    expect(new Set(causes.map(({ side }) => side))).toEqual(new Set(endSides));
    for (const { summary, advice } of causes) {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
    }
  });
});
