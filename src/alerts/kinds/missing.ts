import { surenesses } from '../../kernel/sureness.ts';
import { silentAfterSecondsDefault } from '../../sessions/stream-session-view.ts';
import {
  missingReasons,
  type MissingCallbacksQuestion,
  type MissingReason,
} from '../../analysis/missing/missing-callbacks.ts';
import { list, word } from '../../settings/json-settings.ts';
import { alertKind, dayS, withinSeconds } from '../alert-rule.ts';
import { answerTo, conditionsOf, factsOf, found, keyOf, streamFilter, subjectsMax, titleOf } from './findings.ts';

/** A callback is expected for these until the time of each look: only the start of that time does not move. */
const expectedUntilNow: ReadonlySet<MissingReason> = new Set(['LIVE_BUT_SILENT', 'DOMAIN_SILENT']);

/** Found on the threads of analyses. */
export const missing = alertKind({
  when: 'MISSING',
  description: 'A callback that should have arrived.',
  settings: {
    filter: streamFilter,
    reasons: list(word(missingReasons), missingReasons.length)
      .describe('What shows it.')
      .default([...missingReasons]),
    sureness: list(word(surenesses), surenesses.length).describe('How sure it is.').default(['CERTAIN', 'LIKELY']),
    // A day: that a callback is missing is known a quarter of an hour later at the soonest.
    withinSeconds: withinSeconds(dayS),
  },
  subjects: 'missing callbacks',
  everyMs: 60_000,
  openFind:
    (rule, { analyses }) =>
    async (nowMs) => {
      const question: MissingCallbacksQuestion = {
        kind: 'missingCallbacks',
        condition: { and: [...conditionsOf(rule.filter), { field: 'reason', operator: 'in', values: rule.reasons }] },
        sureness: rule.sureness,
        window: { fromMs: nowMs - rule.withinSeconds * 1_000, toMs: nowMs },
        silentAfterMs: silentAfterSecondsDefault * 1_000,
        order: { descending: true },
        direction: 'forwards',
        from: null,
        rowsMax: subjectsMax,
      };
      const { rows, hasNextPage } = await answerTo(analyses, question);
      const subjects = rows.map(({ row: { reason, expectedFromMs, expectedToMs, ...callback } }) => {
        const { appId, domain, path, streamId, sureness, because, alternative } = callback;
        const expectedTo = new Date(expectedToMs).toISOString();
        const expectedAtMs = expectedUntilNow.has(reason) ? expectedFromMs : expectedToMs;
        const expectedAt = expectedAtMs === null ? null : new Date(expectedAtMs).toISOString();
        const title = titleOf(callback);
        return {
          key: keyOf(reason, appId, domain, path, streamId, expectedAt),
          summary: `A callback is missing${title === '' ? '' : `, of ${title}`}: ${reason}, expected by ${expectedTo}.`,
          facts: {
            ...factsOf(callback),
            reason,
            sureness,
            because,
            expectedTo,
            ...(alternative !== null && { alternative }),
          },
        };
      });
      return found(subjects, hasNextPage);
    },
});
