import { isFieldCondition } from '../../conditions.ts';
import type { Condition, FieldCondition } from '../../listing.ts';
import { leastValue, type OrderColumns } from './list-definition.ts';

/** Whatever compares wants a value to be there, so a range without a lower end begins right after those without one. */
const known = BigInt(leastValue) + 1n;

/** Values of an order's first column, both ends included. */
export interface OrderRange<Field extends string> {
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Conditions that the range says completely. */
  readonly covers: readonly Condition<Field>[];
}

/** The part of an order that conditions on the field it follows leave; null: all of it. */
export function orderRangeOf<Field extends string>(
  { follows }: OrderColumns<Field>,
  conjuncts: readonly Condition<Field>[],
): OrderRange<Field> | null {
  if (follows === undefined) return null;
  const earlierMaxMs = BigInt(follows.earlierMaxMs);
  const ends = conjuncts
    .filter(isFieldCondition)
    .filter(({ field }) => field === follows.field)
    .flatMap((condition) => {
      const found = endsOf(condition);
      return found === null ? [] : [{ condition, ...found }];
    });
  if (ends.length === 0) return null;
  return {
    from: greatest(ends.map(({ from }) => (from === known ? from : from - earlierMaxMs))),
    to: least(ends.flatMap(({ to }) => to ?? [])),
    covers: follows.isExact ? ends.filter(({ isWhole }) => isWhole).map(({ condition }) => condition) : [],
  };
}

interface Ends {
  readonly from: bigint;
  /** Null: no upper end. */
  readonly to: bigint | null;
  /** Whether all of the range matches the condition. */
  readonly isWhole: boolean;
}

/** Null: the condition is no range. */
function endsOf(condition: FieldCondition<string>): Ends | null {
  if (condition.operator === 'isNull') return condition.isNull ? null : { from: known, to: null, isWhole: true };
  if ('values' in condition) {
    const values = condition.values.map(Number);
    if (condition.operator === 'notIn') return { from: known, to: null, isWhole: false };
    if (values.length === 0) return null;
    return { from: ceiling(Math.min(...values)), to: floor(Math.max(...values)), isWhole: false };
  }
  const value = Number(condition.value);
  switch (condition.operator) {
    case 'eq':
      return { from: ceiling(value), to: floor(value), isWhole: true };
    case 'gt':
      return { from: floor(value) + 1n, to: null, isWhole: true };
    case 'gte':
      return { from: ceiling(value), to: null, isWhole: true };
    case 'lt':
      return { from: known, to: ceiling(value) - 1n, isWhole: true };
    case 'lte':
      return { from: known, to: floor(value), isWhole: true };
    default:
      return { from: known, to: null, isWhole: false };
  }
}

function floor(value: number): bigint {
  return BigInt(Math.floor(value));
}

function ceiling(value: number): bigint {
  return BigInt(Math.ceil(value));
}

function greatest(values: readonly bigint[]): bigint | null {
  return values.reduce<bigint | null>((one, other) => (one === null || other > one ? other : one), null);
}

function least(values: readonly bigint[]): bigint | null {
  return values.reduce<bigint | null>((one, other) => (one === null || other < one ? other : one), null);
}
