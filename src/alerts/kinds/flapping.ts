import type { SessionStatisticsQuestion } from '../../analysis/statistics/session-statistics.ts';
import { alertKind, threshold, withinSeconds } from '../alert-rule.ts';
import { answerTo, conditionsOf, found, ofStream, streamDimensions, streamFilter, subjectsMax } from './findings.ts';

/** Counted on the threads of analyses. */
export const flapping = alertKind({
  when: 'FLAPPING',
  description: 'A stream that is pushed again and again.',
  settings: {
    filter: streamFilter,
    // Ten minutes: older trouble is over.
    withinSeconds: withinSeconds(600),
    threshold: threshold('Pushes of the stream that began within that time.', 5),
  },
  everyMs: 10_000,
  openFind:
    (rule, { analyses }) =>
    async (nowMs) => {
      const question: SessionStatisticsQuestion = {
        kind: 'streamSessionStatistics',
        condition: { and: [...conditionsOf(rule.filter), { field: 'streamId', operator: 'isNull', isNull: false }] },
        dimensions: streamDimensions,
        window: { fromMs: nowMs - rule.withinSeconds * 1_000, toMs: nowMs + 1 },
        period: null,
        timeZone: 'UTC',
        order: { by: 'BEGAN', descending: true },
        rowsMax: subjectsMax,
        wantsReconnects: false,
      };
      const { rows } = await answerTo(analyses, question);
      const subjects = rows.flatMap((row) => {
        if (row.began < rule.threshold) return [];
        const { title, key, facts } = ofStream(row.group);
        return [
          {
            key,
            summary: `${title} was pushed anew ${row.began} times within ${rule.withinSeconds} seconds.`,
            facts: { ...facts, began: row.began },
          },
        ];
      });
      return found(subjects, subjects.length >= subjectsMax);
    },
});
