import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alertsMax, eachAlertOnce, pageOfAlerts } from '../../console/src/pages/health/alerts/ended-pages.ts';

type Alert = Parameters<typeof pageOfAlerts>[0][number];

/** Alerts, the last that ended first, so many of each moment. */
function alertsOf(atEachMoment: readonly number[]): Alert[] {
  return atEachMoment.flatMap((count, moment) =>
    Array.from({ length: count }, (_, number): Alert => {
      const endedAt = new Date(1_800_000_000_000 - moment).toISOString();
      return {
        id: `${moment}-${number}`,
        rule: 'rule',
        when: 'MISSING',
        beganAt: endedAt,
        endedAt,
        summary: '',
        facts: {},
        incident: null,
      };
    }),
  );
}

/** All pages of them, as the API answers: those that ended before `to`, at most so many. */
function readAll(alerts: readonly Alert[]): Alert[] {
  const read: Alert[] = [];
  for (let to: string | null = '9999-01-01T00:00:00.000Z'; to !== null;) {
    const end: string = to;
    const page = pageOfAlerts(alerts.filter(({ endedAt }) => endedAt < end).slice(0, alertsMax));
    read.push(...page.nodes);
    to = page.pageInfo.endCursor;
  }
  return read;
}

test('the pages of ended alerts have each alert once, however many ended in a moment', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: alertsMax }), { maxLength: 8 }), (atEachMoment) => {
      const alerts = alertsOf(atEachMoment);
      expect(eachAlertOnce(readAll(alerts))).toEqual(alerts);
    }),
  );
});

test('of more alerts of one moment than an answer has, the next page is of the time before it', () => {
  const alerts = alertsOf([1, alertsMax + 2, 3]);
  const read = eachAlertOnce(readAll(alerts));
  expect(read).toHaveLength(1 + alertsMax + 3);
  expect(read.at(-1)).toEqual(alerts.at(-1));
});
