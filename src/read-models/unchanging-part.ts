import type { Condition, RelayTaskField, StreamSessionField } from './listing.ts';

/** What a session or a task may come to be in its life; all other fields are ids, names and addresses. */
export const changingFields: {
  readonly streamSessions: ReadonlySet<StreamSessionField>;
  readonly relayTasks: ReadonlySet<RelayTaskField>;
} = {
  streamSessions: new Set(['state', 'startedAt', 'endedAt', 'pushDurationMs', 'endCode', 'endSide']),
  relayTasks: new Set(['state', 'exitCode', 'everExitedWith', 'startedAt', 'exitedAt', 'alarm']),
};

/**
 * What a condition asks of the unchanging fields alone: the narrowest condition on them that holds for every row which may
 * ever match. A comparison of a changing field counts as met, and under an odd number of `not` as not met; `and`, `or` and
 * `not` stay as they are. So `domain and state` leaves the domain; `domain or state` leaves nothing, since a row of any
 * domain may come to match.
 */
export function unchangingPart<Field extends string>(
  condition: Condition<Field>,
  changing: ReadonlySet<Field>,
  isNegated = false,
): Condition<Field> {
  const within = (inner: Condition<Field>) => unchangingPart(inner, changing, isNegated);
  if ('and' in condition) return { and: condition.and.map(within) };
  if ('or' in condition) return { or: condition.or.map(within) };
  if ('not' in condition) return { not: unchangingPart(condition.not, changing, !isNegated) };
  if (!changing.has(condition.field)) return condition;
  return isNegated ? { or: [] } : { and: [] };
}
