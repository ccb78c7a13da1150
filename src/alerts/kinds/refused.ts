import type { RefusedPushStatisticsQuestion } from '../../analysis/statistics/happenings.ts';
import { alertKind, threshold, withinSeconds } from '../alert-rule.ts';
import { answerTo, conditionsOf, found, ofStream, streamDimensions, streamFilter, subjectsMax } from './findings.ts';

/** Counted on the threads of analyses. */
export const refused = alertKind({
  when: 'REFUSED',
  description: 'A stream whose pushes CSS refuses again and again, such as since its push URL expired.',
  settings: {
    filter: streamFilter,
    // Ten minutes: older trouble is over.
    withinSeconds: withinSeconds(600),
    attempts: threshold('Refused pushes of the stream within that time.', 10),
  },
  everyMs: 10_000,
  openFind:
    (rule, { analyses }) =>
    async (nowMs) => {
      const question: RefusedPushStatisticsQuestion = {
        kind: 'refusedPushStatistics',
        condition: { and: [...conditionsOf(rule.filter), { field: 'streamId', operator: 'isNull', isNull: false }] },
        dimensions: streamDimensions,
        window: { fromMs: nowMs - rule.withinSeconds * 1_000, toMs: nowMs + 1 },
        period: null,
        timeZone: 'UTC',
        order: { by: 'ATTEMPTS', descending: true },
        rowsMax: subjectsMax,
      };
      const { rows } = await answerTo(analyses, question);
      const subjects = rows.flatMap(({ attempts, lastEndCode, group }) => {
        if (attempts < rule.attempts) return [];
        const { title, key, facts } = ofStream(group);
        const last = lastEndCode === null ? '' : `, last by ${lastEndCode}`;
        return [
          {
            key,
            summary: `${title} was refused ${attempts} times within ${rule.withinSeconds} seconds${last}.`,
            facts: { ...facts, attempts, ...(lastEndCode !== null && { endCode: lastEndCode }) },
          },
        ];
      });
      return found(subjects, subjects.length >= subjectsMax);
    },
});
