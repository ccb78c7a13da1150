import { expect, test } from '@jest/globals';
import { verdictOf, type ProjectionHealth } from '../../console/src/pages/health/verdict.ts';

const well: ProjectionHealth = {
  serving: true,
  lagEvents: 0,
  lagMs: 0,
  stalledBecause: null,
  notFollowedBecause: null,
  build: null,
};

test.each([
  ['a callback has just arrived', well, 3_000, 'receiving', false],
  ['none has arrived for long', well, 600_000, 'quiet', false],
  ['none has ever arrived', well, null, 'empty', false],
  ['it catches up', { ...well, lagEvents: 9, lagMs: 30_001 }, 3_000, 'behind', true],
  ['a little lag is no news', { ...well, lagEvents: 9, lagMs: 30_000 }, 3_000, 'receiving', false],
  ['the log can not be read', { ...well, notFollowedBecause: 'away', lagMs: 60_000 }, 3_000, 'notFollowed', true],
  ['nothing answers yet', { ...well, serving: false, build: { because: 'new' } }, 3_000, 'building', true],
  ['it has stopped: said before all else', { ...well, serving: false, stalledBecause: 'full' }, null, 'stalled', true],
] as const)('the sentence of Health: %s', (_name, projection, newestAgeMs, key, isProblem) => {
  expect(verdictOf(projection, newestAgeMs)).toMatchObject({ key, isProblem });
});
