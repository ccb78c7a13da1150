import type { RuleOf } from '../rules/alert-rule.ts';
import { firstRows, type FindSubjects, type Sources } from './findings.ts';
import { keyOf } from './subjects.ts';

/** Reasons for which at least `threshold` callbacks wait in quarantine. */
export function findQuarantined(rule: RuleOf<'QUARANTINE'>, { readModel }: Pick<Sources, 'readModel'>): FindSubjects {
  const { reasons, threshold } = rule;
  /** Null if too many would have to be examined. */
  const isFull = (reason: string): boolean | null => {
    const { total } = readModel.quarantined({
      condition: {
        and: [
          { field: 'reason', operator: 'eq', value: reason },
          { field: 'status', operator: 'eq', value: 'HELD' },
        ],
      },
      order: { by: 'RECORDED', descending: true },
      ...firstRows(1, threshold),
    });
    if (total === null || total.rows >= threshold) return total !== null;
    return total.cappedBy === null ? false : null;
  };
  return () => {
    const looked = reasons.map((reason) => ({ reason, full: isFull(reason) }));
    const unknown = new Set(looked.flatMap(({ reason, full }) => (full === null ? [keyOf(reason)] : [])));
    const current = looked.flatMap(({ reason, full }) => (full === true ? [reason] : []));
    const subjects = current.map((reason) => ({
      key: keyOf(reason),
      summary: `In quarantine: ${threshold === 1 ? 'callbacks' : `${threshold} callbacks or more`} with the reason ${reason}.`,
      facts: { reason },
    }));
    return Promise.resolve({ current: subjects, isUnknown: (key) => unknown.has(key) });
  };
}
