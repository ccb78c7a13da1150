import type { AuditAction } from '../../audit/audit.ts';
import type { AuditRow } from '../../audit/audit-list.ts';
import { list, word } from '../../settings/json-settings.ts';
import type { AlertSubject } from '../alert-events.ts';
import { alertKind, threshold, withinSeconds } from '../alert-rule.ts';
import { cut, firstRows, found, keyOf, subjectsMax } from './findings.ts';

/** What should never happen, or never unless somebody has announced it. */
const rareActions = ['READ_SECRETS', 'EXPORT_WITH_SECRETS', 'APPLY_RETENTION'] as const satisfies AuditAction[];

const sentences: Readonly<Record<(typeof rareActions)[number], string>> = {
  READ_SECRETS: 'has read credentials',
  EXPORT_WITH_SECRETS: 'has exported credentials',
  APPLY_RETENTION: 'has removed events by retention',
};

/** For each author and action; and one for sign-ins that were refused, however many addresses they came from. */
export const audited = alertKind({
  when: 'AUDIT',
  description:
    'What should never happen: credentials that are read, events that are removed, sign-ins that are refused.',
  settings: {
    actions: list(word(rareActions), rareActions.length)
      .describe('What there is an alert of.')
      .default([...rareActions]),
    signInsRefused: threshold('Refused sign-ins within that time from which on there is an alert.', 20),
    withinSeconds: withinSeconds(600),
  },
  openFind:
    ({ actions, signInsRefused, withinSeconds: seconds }, { readModel }) =>
    (nowMs) => {
      const newest = (action: AuditAction) => {
        const page = readModel.auditEntries({
          condition: {
            and: [
              { field: 'action', operator: 'eq', value: action },
              { field: 'at', operator: 'gte', value: nowMs - seconds * 1_000 },
            ],
          },
          order: { by: 'AT', descending: true },
          ...firstRows(subjectsMax),
        });
        return { rows: page.rows.map(({ row }) => row), hasMore: page.hasNextPage };
      };
      const rare = actions.map((action) => newest(action));
      const refused = newest('SIGN_IN').rows.filter(({ outcome }) => outcome === 'REFUSED');
      const attempts = refused.reduce((sum, { count }) => sum + count, 0);
      // Of several entries of one author, the newest is named.
      const oldestFirst = rare.flatMap(({ rows }) => rows.toReversed().map(subjectOf));
      const subjects = new Map(oldestFirst.map((subject) => [subject.key, subject]));
      return Promise.resolve(
        found(
          [...subjects.values(), ...(attempts < signInsRefused ? [] : [refusedSubject(attempts, seconds)])],
          rare.some(({ hasMore }) => hasMore),
        ),
      );
    },
});

/** Without an address: messages go to others than admins. */
function subjectOf({ who, subject, action, object }: AuditRow): AlertSubject {
  const name = cut(who ?? 'Somebody without a name');
  const sentence = sentences[action as keyof typeof sentences];
  return {
    key: keyOf(action, who, subject),
    summary: `${name} ${sentence}${object === null ? '' : `: ${cut(object)}`}.`,
    facts: { action, who: name },
  };
}

function refusedSubject(attempts: number, seconds: number): AlertSubject {
  return {
    key: keyOf('SIGN_IN'),
    summary: `${attempts} sign-ins were refused within ${seconds} seconds. The audit has their addresses.`,
    facts: { action: 'SIGN_IN', attempts },
  };
}
