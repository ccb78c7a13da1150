import type { FieldCondition } from '../../listing.ts';
import { leastValue, type OrderColumns } from './list-definition.ts';

/** The first value after `leastValue`: every comparison requires a value, so a range without a lower end begins here. */
const leastKnown = BigInt(leastValue) + 1n;

/** Values of an order's first column, both ends included; null: no end. */
export interface OrderRange {
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Conditions that are met by every row in the range. */
  readonly covers: readonly FieldCondition<string>[];
}

/** The part of an order that conditions on its range field leave; null: all of it. */
export function orderRangeOf(
  { rangeField }: OrderColumns,
  conditions: readonly FieldCondition<string>[],
): OrderRange | null {
  if (rangeField === undefined) return null;
  const earlierMaxMs = BigInt(rangeField.earlierMaxMs);
  const ends = conditions
    .filter(({ field }) => field === rangeField.field)
    .flatMap((condition) => {
      const found = endsOf(condition);
      return found === null ? [] : [{ condition, ...found }];
    });
  if (ends.length === 0) return null;
  return {
    from: greatest(ends.map(({ from }) => (from === leastKnown ? from : from - earlierMaxMs))),
    to: least(ends.flatMap(({ to }) => to ?? [])),
    covers: rangeField.isExact ? ends.filter(({ isWhole }) => isWhole).map(({ condition }) => condition) : [],
  };
}

interface Ends {
  readonly from: bigint;
  /** Null: no upper end. */
  readonly to: bigint | null;
  /** Whether every value in the range meets the condition. */
  readonly isWhole: boolean;
}

/** Null: the condition leaves no range. */
function endsOf(condition: FieldCondition<string>): Ends | null {
  if (condition.operator === 'isNull') return condition.isNull ? null : { from: leastKnown, to: null, isWhole: true };
  if ('values' in condition) {
    const values = condition.values.map(Number);
    if (condition.operator === 'notIn') return { from: leastKnown, to: null, isWhole: false };
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
      return { from: leastKnown, to: ceiling(value) - 1n, isWhole: true };
    case 'lte':
      return { from: leastKnown, to: floor(value), isWhole: true };
    default:
      return { from: leastKnown, to: null, isWhole: false };
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
