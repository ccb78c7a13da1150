import fc from 'fast-check';
import type { Condition, FieldCondition, ListOrder } from '../../src/lists/listing.ts';

/** The truth about lists, to compare SQLite's answers with: rows in memory, evaluated one by one. */

/** `undefined`: no condition applies to it, not even whether it is set. */
export type Value = string | number | null | undefined;

/** The fields of one row, each with its value, its values, or the fields of each of its members. */
export type FieldValues<Field extends string> = Readonly<
  Record<Field, Value | readonly Value[] | { readonly members: readonly FieldValues<string>[] }>
>;

export interface OracleRow<Field extends string, Order extends string> {
  readonly name: string;
  readonly fields: FieldValues<Field>;
  /** Its key in each order; the first value may be missing. */
  readonly keys: Readonly<Record<Order, readonly [number | null, number]>>;
}

export function matches<Field extends string>(fields: FieldValues<Field>, condition: Condition<Field>): boolean {
  if ('and' in condition) return condition.and.every((one) => matches(fields, one));
  if ('or' in condition) return condition.or.some((one) => matches(fields, one));
  if ('not' in condition) return !matches(fields, condition.not);
  if ('someOf' in condition) return membersOf(fields[condition.someOf]).some((one) => matches(one, condition.meets));
  const values = fields[condition.field];
  if (!isSeveral(values)) return meets(values, condition);
  if (condition.operator === 'isNull' && condition.isNull) return values.every((value) => value === null);
  return values.some((value) => meets(value, condition));
}

function isSeveral(values: unknown): values is readonly Value[] {
  return Array.isArray(values);
}

function membersOf(values: FieldValues<string>[string]): readonly FieldValues<string>[] {
  return typeof values === 'object' && values !== null && 'members' in values ? values.members : [];
}

function meets(value: FieldValues<string>[string], condition: FieldCondition<string>): boolean {
  if (value === undefined || (typeof value === 'object' && value !== null)) return false;
  if (condition.operator === 'isNull') return (value === null) === condition.isNull;
  if (value === null) return false;
  switch (condition.operator) {
    case 'eq':
      return value === condition.value;
    case 'ne':
      return value !== condition.value;
    case 'in':
      return condition.values.includes(value);
    case 'notIn':
      return !condition.values.includes(value);
    case 'startsWith':
      return String(value).startsWith(String(condition.value));
    case 'inRanges':
      return condition.ranges.some(({ from, before }) => value >= from && (before === null || value < before));
    case 'lt':
      return value < condition.value;
    case 'lte':
      return value <= condition.value;
    case 'gt':
      return value > condition.value;
    case 'gte':
      return value >= condition.value;
  }
}

/** Names of the matching rows, in order. */
export function listed<Field extends string, Order extends string>(
  rows: readonly OracleRow<Field, Order>[],
  condition: Condition<Field>,
  { by, descending }: ListOrder<Order>,
): string[] {
  const sign = descending ? -1 : 1;
  return rows
    .filter(({ fields }) => matches(fields, condition))
    .sort((one, other) => sign * compareKeys(one.keys[by], other.keys[by]))
    .map(({ name }) => name);
}

function compareKeys(one: readonly [number | null, number], other: readonly [number | null, number]): number {
  const [first, second] = [one[0] ?? -Infinity, other[0] ?? -Infinity];
  if (first !== second) return first < second ? -1 : 1;
  return one[1] - other[1];
}

type Operator = FieldCondition<string>['operator'];

/** How a test asks about a field: the operators and the values. */
export interface Askable {
  readonly operators: readonly Operator[];
  readonly values: readonly (string | number)[];
}

/** How a test asks about the members of a row. */
export interface AskableMembers {
  readonly members: Readonly<Record<string, Askable>>;
}

export function conditionsOf<Field extends string>(
  fields: Readonly<Record<Field, Askable | AskableMembers>>,
): fc.Arbitrary<Condition<Field>> {
  const one = fc.constantFrom(...(Object.keys(fields) as Field[])).chain((field): fc.Arbitrary<Condition<Field>> => {
    const asked: Askable | AskableMembers = fields[field];
    if ('members' in asked) return conditionsOf(asked.members).map((meets) => ({ someOf: field, meets }));
    const value = fc.constantFrom(...asked.values);
    return fc.constantFrom(...asked.operators).chain((operator): fc.Arbitrary<Condition<Field>> => {
      if (operator === 'isNull') return fc.boolean().map((isNull) => ({ field, operator, isNull }));
      if (operator === 'in' || operator === 'notIn') {
        return fc.array(value, { maxLength: 3 }).map((values) => ({ field, operator, values }));
      }
      if (operator === 'startsWith') {
        return value.chain((text) =>
          fc.nat({ max: String(text).length }).map((length) => ({
            field,
            operator,
            value: Array.from(String(text)).slice(0, length).join(''),
          })),
        );
      }
      if (operator === 'inRanges') {
        const range = fc.record({ from: value.map(String), before: fc.option(value.map(String)) });
        return fc.tuple(range, fc.array(range, { maxLength: 2 })).map(([one, others]) => ({
          field,
          operator,
          ranges: [one, ...others],
        }));
      }
      return value.map((compared) => ({ field, operator, value: compared }));
    });
  });
  const { tree } = fc.letrec<{ tree: Condition<Field> }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 6, arbitrary: one },
      { weight: 3, arbitrary: fc.array(tie('tree'), { maxLength: 3 }).map((and) => ({ and })) },
      { weight: 1, arbitrary: fc.array(tie('tree'), { maxLength: 3 }).map((or) => ({ or })) },
      { weight: 1, arbitrary: tie('tree').map((not) => ({ not })) },
    ),
  }));
  return tree;
}
