import { expect, test } from '@jest/globals';
import { verdictOf, type HealthFacts, type ProjectionHealth } from '../../console/src/pages/health/verdict.ts';

const running: ProjectionHealth = {
  serving: true,
  lagMs: 0,
  stalledBecause: null,
  notFollowedBecause: null,
  standby: null,
  build: null,
  spool: null,
  poisoned: [],
};
const none = { n: 0, isMore: false };
const well: HealthFacts = {
  projection: running,
  newestAgeMs: 3_000,
  outageAgeMs: null,
  openAlerts: 0,
  failingTargets: [],
  quarantined: none,
  missing: none,
  isPending: false,
  seesAll: true,
  unread: 0,
};
const projecting = (change: Partial<ProjectionHealth>): HealthFacts => ({
  ...well,
  projection: { ...running, ...change },
});

test.each([
  ['a callback has just arrived', well, 'well', 'receiving'],
  ['the reader may not see all of it', { ...well, seesAll: false }, 'status', 'receiving'],
  ['an answer is awaited', { ...well, isPending: true, openAlerts: 1 }, 'checking', 'receiving'],
  ['a part could not be read', { ...well, unread: 1 }, 'findings', 'receiving'],
  ['none has arrived for long', { ...well, newestAgeMs: 600_000 }, 'status', 'quiet'],
  ['none has ever arrived', { ...well, newestAgeMs: null }, 'status', 'empty'],
  ['it catches up', projecting({ lagMs: 30_001 }), 'status', 'behind'],
  ['a little lag is no news', projecting({ lagMs: 30_000 }), 'well', 'receiving'],
  ['the log can not be read', projecting({ notFollowedBecause: 'away', lagMs: 60_000 }), 'status', 'notFollowed'],
  ['a standby follows', projecting({ standby: {} }), 'well', 'standby'],
  ['a standby does not', projecting({ standby: {}, notFollowedBecause: 'away' }), 'status', 'standbyNotFollowed'],
  ['a standby has stopped', projecting({ standby: {}, stalledBecause: 'another' }), 'status', 'standbyStalled'],
  ['nothing answers yet', projecting({ serving: false, build: { because: 'new' } }), 'status', 'building'],
  [
    'it has stopped: said before all else',
    { ...projecting({ serving: false, stalledBecause: 'full' }), newestAgeMs: null, openAlerts: 1, isPending: true },
    'status',
    'stalled',
  ],
  ['something needs somebody', { ...well, openAlerts: 1, seesAll: false }, 'findings', 'receiving'],
] as const)('the sentence of Health: %s', (_name, facts, headline, key) => {
  const verdict = verdictOf(facts);
  expect([verdict.headline, verdict.status.key]).toEqual([headline, key]);
});

test('what needs somebody is listed in order of urgency, each with the section that has more', () => {
  const { findings } = verdictOf({
    ...projecting({ spool: { events: 7, oldestAgeMs: 30_001 }, poisoned: [{}, {}] }),
    outageAgeMs: 60_000,
    openAlerts: 2,
    failingTargets: ['archive'],
    quarantined: { n: 10, isMore: true },
    missing: { n: 4, isMore: false },
  });
  expect(findings).toEqual([
    { key: 'outage', section: 'outages', n: 1, ageMs: 60_000 },
    { key: 'spool', section: 'figures', n: 7, ageMs: 30_001 },
    { key: 'alerts', section: 'alerts', n: 2 },
    { key: 'forwarding', section: 'forwarding', n: 1, names: ['archive'] },
    { key: 'skipped', section: 'figures', n: 2 },
    { key: 'quarantine', section: 'quarantine', n: 10, isMore: true },
    { key: 'missing', section: 'missing', n: 4, isMore: false },
  ]);
});

test('an outage that CSS has long given up retrying, and a spool that is being drained, need nobody', () => {
  const past = { ...projecting({ spool: { events: 7, oldestAgeMs: 30_000 } }), outageAgeMs: 900_000 };
  expect(verdictOf(past)).toMatchObject({ headline: 'well', findings: [] });
});
