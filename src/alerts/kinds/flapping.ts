import type { AnswerOf } from '../../analysis/questions.ts';
import type { SessionStatisticsQuestion } from '../../analysis/statistics/session-statistics.ts';
import type { RuleOf } from '../alert-rule.ts';
import { found, subjectsMax, type FindSubjects, type Sources } from './findings.ts';
import { conditionsOf, factsOf, keyOf, titleOf } from './subjects.ts';

/** Streams that began at least `threshold` pushes within the time of the rule. Counted on the threads of analyses. */
export function findFlapping(rule: RuleOf<'FLAPPING'>, { analyses }: Pick<Sources, 'analyses'>): FindSubjects {
  const { filter, withinSeconds, threshold } = rule;
  return async (nowMs) => {
    const question: SessionStatisticsQuestion = {
      kind: 'streamSessionStatistics',
      condition: { and: [...conditionsOf(filter), { field: 'streamId', operator: 'isNull', isNull: false }] },
      dimensions: ['APP_ID', 'DOMAIN', 'PATH', 'STREAM_ID'],
      window: { fromMs: nowMs - withinSeconds * 1_000, toMs: nowMs + 1 },
      ...{ period: null, timeZone: 'UTC', order: { by: 'BEGAN', descending: true } },
      ...{ rowsMax: subjectsMax, wantsReconnects: false },
    };
    const { answers } = await analyses.ask([question], new AbortController().signal);
    const { rows } = answers[0] as AnswerOf<SessionStatisticsQuestion>;
    const subjects = rows.flatMap((row) => {
      if (row.began < threshold) return [];
      const [appId, domain, path, streamId] = row.group.map((value) => (value === null ? null : String(value)));
      const names = { appId: appId ?? null, domain: domain ?? null, path: path ?? null, streamId: streamId ?? null };
      return [
        {
          key: keyOf(names.appId, names.domain, names.path, names.streamId),
          summary: `${titleOf(names)} was pushed anew ${row.began} times within ${withinSeconds} seconds.`,
          facts: { ...factsOf(names), began: row.began },
        },
      ];
    });
    return found(subjects, subjects.length >= subjectsMax);
  };
}
