import { expect, test } from '@jest/globals';
import { causesOf } from '../../console/src/pages/live/ended-causes.ts';

const row = (side: 'CLIENT' | 'NETWORK' | 'AUTH' | 'TAKEOVER' | 'UNKNOWN', summary: string) => ({
  endCause: { side, summary },
});

test('what ended is counted by its cause: faults in words, the most frequent first; the rest by what its colour says', () => {
  const rows = [
    row('CLIENT', 'It was stopped.'),
    row('AUTH', 'It was refused.'),
    row('NETWORK', 'No data.'),
    row('UNKNOWN', 'Not known.'),
    row('TAKEOVER', 'It was replaced.'),
    row('NETWORK', 'No data.'),
    { endCause: null },
  ];
  expect(causesOf(rows)).toEqual([
    { tone: 'other', cause: { side: 'NETWORK', summary: 'No data.' }, count: 2 },
    { tone: 'other', cause: { side: 'AUTH', summary: 'It was refused.' }, count: 1 },
    { tone: 'client', cause: null, count: 2 },
    { tone: 'unknown', cause: null, count: 2 },
  ]);
});
