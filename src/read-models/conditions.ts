import type { Condition, FieldCondition, RelayTaskField, StreamSessionField } from './listing.ts';

/** The conditions that must all hold, as far as that can be said: nested `and` taken apart, and what has one part only. */
export function conjunctsOf<Field extends string>(condition: Condition<Field>): readonly Condition<Field>[] {
  if ('and' in condition) return condition.and.flatMap(conjunctsOf);
  if ('or' in condition && condition.or.length === 1 && condition.or[0] !== undefined) {
    return conjunctsOf(condition.or[0]);
  }
  if ('not' in condition && 'not' in condition.not) return conjunctsOf(condition.not.not);
  return [condition];
}

export function isFieldCondition<Field extends string>(
  condition: Condition<Field>,
): condition is FieldCondition<Field> {
  return 'field' in condition;
}

/** The one value that a condition allows its field; null where it allows several, or asks something else. */
export function onlyValueOf(condition: FieldCondition<string>): string | number | null {
  if (condition.operator === 'eq') return condition.value;
  return condition.operator === 'in' && condition.values.length === 1 ? (condition.values[0] ?? null) : null;
}

/** Every field that a condition asks about, each once. */
export function fieldsOf<Field extends string>(conditions: readonly Condition<Field>[]): readonly Field[] {
  const within = (condition: Condition<Field>): readonly Field[] => {
    if ('and' in condition) return condition.and.flatMap(within);
    if ('or' in condition) return condition.or.flatMap(within);
    return 'not' in condition ? within(condition.not) : [condition.field];
  };
  return [...new Set(conditions.flatMap(within))];
}

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
