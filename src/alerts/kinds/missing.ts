import { silentAfterSecondsDefault } from '../../sessions/stream-session-view.ts';
import type { MissingCallbacksQuestion, MissingReason } from '../../analysis/missing/missing-callbacks.ts';
import type { AnswerOf } from '../../analysis/questions.ts';
import type { RuleOf } from '../alert-rule.ts';
import { found, subjectsMax, type FindSubjects, type Sources } from './findings.ts';
import { conditionsOf, factsOf, keyOf, titleOf } from './subjects.ts';

/** A callback is expected for these until the time of each look: only the start of that time does not move. */
const expectedUntilNow: ReadonlySet<MissingReason> = new Set(['LIVE_BUT_SILENT', 'DOMAIN_SILENT']);

/** Callbacks that should have come within the time of the rule. Found on the threads of analyses. */
export function findMissing(rule: RuleOf<'MISSING'>, { analyses }: Pick<Sources, 'analyses'>): FindSubjects {
  const { filter, reasons, sureness, withinSeconds } = rule;
  return async (nowMs) => {
    const question: MissingCallbacksQuestion = {
      kind: 'missingCallbacks',
      condition: { and: [...conditionsOf(filter), { field: 'reason', operator: 'in', values: reasons }] },
      sureness,
      window: { fromMs: nowMs - withinSeconds * 1_000, toMs: nowMs },
      silentAfterMs: silentAfterSecondsDefault * 1_000,
      ...{ order: { descending: true }, direction: 'forwards', from: null, rowsMax: subjectsMax },
    };
    const { answers } = await analyses.ask([question], new AbortController().signal);
    const { rows, hasNextPage } = answers[0] as AnswerOf<MissingCallbacksQuestion>;
    const subjects = rows.map(({ row: { reason, expectedFromMs, expectedToMs, ...missing } }) => {
      const { appId, domain, path, streamId } = missing;
      const expectedTo = new Date(expectedToMs).toISOString();
      const expectedAtMs = expectedUntilNow.has(reason) ? expectedFromMs : expectedToMs;
      const expectedAt = expectedAtMs === null ? null : new Date(expectedAtMs).toISOString();
      const title = titleOf(missing);
      return {
        key: keyOf(reason, appId, domain, path, streamId, expectedAt),
        summary: `A callback is missing${title === '' ? '' : `, of ${title}`}: ${reason}, expected by ${expectedTo}.`,
        facts: { ...factsOf(missing), reason, sureness: missing.sureness, expectedTo },
      };
    });
    return found(subjects, hasNextPage);
  };
}
