import type { Condition, FieldCondition } from './listing.ts';

/** The conditions that a row must all meet: nested `and` flattened, single-part `or` and double negation removed. */
export function conjunctsOf(condition: Condition<string>): readonly Condition<string>[] {
  if ('and' in condition) return condition.and.flatMap(conjunctsOf);
  if ('or' in condition && condition.or.length === 1 && condition.or[0] !== undefined) {
    return conjunctsOf(condition.or[0]);
  }
  if ('not' in condition && 'not' in condition.not) return conjunctsOf(condition.not.not);
  return [condition];
}

/** Whether a condition compares one field, rather than combining other conditions. */
export function isFieldCondition(condition: Condition<string>): condition is FieldCondition<string> {
  return 'field' in condition;
}

/** The only value that a condition allows its field; null if it allows several or does not compare with a value. */
export function onlyValueOf(condition: FieldCondition<string>): string | number | null {
  if (condition.operator === 'eq') return condition.value;
  return condition.operator === 'in' && condition.values.length === 1 ? (condition.values[0] ?? null) : null;
}

/** Every field that the conditions name, each once. */
export function fieldsOf(conditions: readonly Condition<string>[]): readonly string[] {
  const within = (condition: Condition<string>): readonly string[] => {
    if ('and' in condition) return condition.and.flatMap(within);
    if ('or' in condition) return condition.or.flatMap(within);
    if ('not' in condition) return within(condition.not);
    if ('field' in condition) return [condition.field];
    return fieldsOf([condition.meets]).map((field) => `${condition.someOf}.${field}`);
  };
  return [...new Set(conditions.flatMap(within))];
}

/**
 * The narrowest condition on unchanging fields that every row meets which matches now or may match later. A comparison
 * of a changing field counts as met; under an odd number of `not`, as not met. So `domain and state` leaves the domain,
 * while `domain or state` leaves nothing, because a row of any domain may come to match.
 */
export function unchangingPart<Field extends string>(
  condition: Condition<Field>,
  changing: readonly Field[],
  isNegated = false,
): Condition<Field> {
  const within = (inner: Condition<Field>) => unchangingPart(inner, changing, isNegated);
  if ('and' in condition) return { and: condition.and.map(within) };
  if ('or' in condition) return { or: condition.or.map(within) };
  if ('not' in condition) return { not: unchangingPart(condition.not, changing, !isNegated) };
  if (!changing.includes('field' in condition ? condition.field : condition.someOf)) return condition;
  return isNegated ? { or: [] } : { and: [] };
}

/**
 * The same condition for rows in which some fields have known values (null: no value), without the comparisons of these
 * fields. A field with a value allows only the equality operators.
 */
export function withKnown<Field extends string>(
  condition: Condition<Field>,
  known: Readonly<Partial<Record<Field, string | null>>>,
): Condition<Field> {
  const within = (inner: Condition<Field>) => withKnown(inner, known);
  if ('and' in condition) return { and: condition.and.map(within) };
  if ('or' in condition) return { or: condition.or.map(within) };
  if ('not' in condition) return { not: within(condition.not) };
  if ('someOf' in condition) return condition;
  const value = known[condition.field];
  if (value === undefined) return condition;
  return isMet(condition, value) ? { and: [] } : { or: [] };
}

function isMet(condition: FieldCondition<string>, value: string | null): boolean {
  if (condition.operator === 'isNull') return condition.isNull === (value === null);
  if (value === null) return false;
  switch (condition.operator) {
    case 'eq':
      return condition.value === value;
    case 'ne':
      return condition.value !== value;
    case 'in':
      return condition.values.includes(value);
    case 'notIn':
      return !condition.values.includes(value);
    default:
      throw new TypeError(`What is known can not be compared by ${condition.operator}.`);
  }
}

/** Whether constants alone show that no row can meet a condition. */
export function isImpossible(condition: Condition<string>): boolean {
  if ('or' in condition) return condition.or.every(isImpossible);
  return 'and' in condition && condition.and.some(isImpossible);
}
