import {
  conjunctsOf,
  isFieldCondition,
  onlyValueOf,
  type Condition,
  type FieldCondition,
  type ListOrder,
} from '../listing.ts';
import {
  memberOf,
  leastValue,
  type AccessPath,
  type ListDefinition,
  type MemberColumn,
  type OrderColumns,
} from './list-definition.ts';

/** One way to find the rows of a list: an access path, and its part in evaluating the condition. */
export interface ListPlan {
  readonly path: AccessPath;
  /** The other table, if the path finds rows through one. */
  readonly member: MemberColumn | null;
  /** Conditions on its leading fields, which decide what part of the index is read. */
  readonly seeks: readonly FieldCondition<string>[];
  /** The part of the index's order that is read. */
  readonly range: OrderRange | null;
  /** Whether the rows come in the requested order. */
  readonly inOrder: boolean;
  /** Whether it skips rows that a scan in order would read. */
  readonly narrows: boolean;
  /** Conditions evaluated for each row. */
  readonly residual: readonly Condition<string>[];
}

/** The plans worth considering, in the order of the list's table; at least one. */
export function planList(
  list: ListDefinition,
  condition: Condition<string>,
  { by }: ListOrder<string>,
): readonly ListPlan[] {
  const conjuncts = conjunctsOf(condition);
  const plans = list.paths.flatMap((path) => planPath(list, path, conjuncts, by) ?? []);
  // Without the order, all ways to read the whole list are equally good.
  const whole = plans.find(({ narrows }) => !narrows);
  const needsWhole = !plans.some(({ inOrder }) => inOrder);
  return plans.filter((plan) => plan.inOrder || plan.narrows || (needsWhole && plan === whole));
}

/** Whether an index gives exactly the rows of a page. */
export function isServed({ inOrder, residual }: ListPlan): boolean {
  return inOrder && residual.length === 0;
}

function planPath(
  list: ListDefinition,
  path: AccessPath,
  conjuncts: readonly Condition<string>[],
  by: string,
): ListPlan | null {
  const member = memberOf(list, path);
  const direct = conjuncts.filter(isFieldCondition);
  const conditions = member === null ? direct : [...direct, ...conjuncts.flatMap((one) => impliedBy(list, one))];
  const fulfilled = fulfilledBy(path, conditions);
  if (fulfilled === null) return null;
  const equal = path.equal.flatMap(
    (field) => conditions.find((condition) => condition.field === field && onlyValueOf(condition) !== null) ?? [],
  );
  const isEqual = equal.length === path.equal.length;
  const seeks = isEqual ? equal : seeksOf(path, conditions, isOfOthers(path, member));
  if (!isEqual && seeks.length === 0) return null;
  const order = path.order === null || !isEqual ? undefined : list.orders[path.order];
  const range = order === undefined ? null : orderRangeOf(order, conditions);
  const covered: ReadonlySet<Condition<string>> = new Set([
    ...(path.candidatesFor === undefined ? seeks : []),
    ...fulfilled,
    ...(range?.covers ?? []),
  ]);
  return {
    path,
    member,
    seeks,
    range,
    inOrder: isEqual && path.order === by,
    narrows: seeks.length > 0 || path.when !== undefined || range !== null,
    residual: conjuncts.filter((condition) => !covered.has(condition)),
  };
}

/** Conditions that a row meets if one of its members meets the whole condition: they find rows but do not decide about any. */
function impliedBy(list: ListDefinition, condition: Condition<string>): readonly FieldCondition<string>[] {
  const members = 'someOf' in condition ? list.columnOf[condition.someOf] : undefined;
  if (!('someOf' in condition) || typeof members !== 'object' || !('columnOf' in members)) return [];
  return conjunctsOf(condition.meets)
    .filter(isFieldCondition)
    .flatMap((one) => {
      const field = members.foundBy[one.field];
      return field === undefined ? [] : [{ ...one, field }];
    });
}

/** Whether the path reaches the rows through other tables. */
function isOfOthers({ rowsSql }: AccessPath, member: MemberColumn | null): boolean {
  return member !== null || rowsSql !== undefined;
}

/** The conditions that all rows of a partial index meet; null if the index may lack matching rows. */
function fulfilledBy(
  { when }: AccessPath,
  conditions: readonly FieldCondition<string>[],
): readonly FieldCondition<string>[] | null {
  if (when === undefined) return [];
  const same = conditions.filter((condition) => isSame(condition, when.condition));
  const wantsKnown = conditions.some(
    (condition) => condition.field === when.includesKnown && !(condition.operator === 'isNull' && condition.isNull),
  );
  const isImplied = conditions.some((condition) => excludes(condition, when.condition));
  return same.length > 0 || wantsKnown || isImplied ? same : null;
}

function isSame(one: FieldCondition<string>, other: FieldCondition<string>): boolean {
  if (one.field !== other.field) return false;
  if (one.operator === 'isNull' || other.operator === 'isNull') {
    return one.operator === 'isNull' && other.operator === 'isNull' && one.isNull === other.isNull;
  }
  if (one.operator === 'ne' || other.operator === 'ne') {
    return one.operator === 'ne' && other.operator === 'ne' && one.value === other.value;
  }
  return onlyValueOf(one) !== null && onlyValueOf(one) === onlyValueOf(other);
}

/** Whether a condition asks only for values other than the one that a partial index leaves out. */
function excludes(one: FieldCondition<string>, leftOut: FieldCondition<string>): boolean {
  if (leftOut.operator !== 'ne' || one.field !== leftOut.field) return false;
  if (one.operator === 'eq') return one.value !== leftOut.value;
  return one.operator === 'in' && one.values.every((value) => value !== leftOut.value);
}

const columnSeeks: ReadonlySet<string> = new Set(['eq', 'in', 'inRanges', 'startsWith', 'lt', 'lte', 'gt', 'gte']);
const memberSeeks: ReadonlySet<string> = new Set(['eq', 'in']);

/** Conditions that seek a part of the index without fixing one value of its first column; for members, one condition at a time. */
function seeksOf(
  { equal: [field], candidatesFor }: AccessPath,
  conditions: readonly FieldCondition<string>[],
  isMember: boolean,
): readonly FieldCondition<string>[] {
  const sought: ReadonlySet<string> =
    candidatesFor === undefined ? (isMember ? memberSeeks : columnSeeks) : new Set([candidatesFor]);
  const found = conditions.filter((condition) => condition.field === field && sought.has(condition.operator));
  if (isMember) return found.slice(0, 1);
  // An index can be sought by one set alone; the other sets are evaluated for each row.
  const set = found.find(({ operator }) => operator === 'in' || operator === 'inRanges');
  return set === undefined ? found : [set];
}

/** The first value after `leastValue`: every comparison requires a value, so a range without a lower end begins here. */
const leastKnown = BigInt(leastValue) + 1n;

/** Values of an order's first column, both ends included; null: no end. */
interface OrderRange {
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Conditions that every row in the range meets. */
  readonly covers: readonly FieldCondition<string>[];
}

/** The part of an order selected by the conditions on its range field; null: all of it. */
function orderRangeOf({ rangeField }: OrderColumns, conditions: readonly FieldCondition<string>[]): OrderRange | null {
  if (rangeField === undefined) return null;
  const ends = conditions
    .filter(({ field }) => field === rangeField.field)
    .flatMap((condition) => {
      const found = endsOf(condition);
      return found === null ? [] : [{ condition, ...found }];
    });
  if (ends.length === 0) return null;
  return {
    from: greatest(ends.map(({ from }) => from)),
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

/** The ends of the range that a condition selects; null if it selects no range. */
function endsOf(condition: FieldCondition<string>): Ends | null {
  if (condition.operator === 'isNull') return condition.isNull ? null : { from: leastKnown, to: null, isWhole: true };
  if (condition.operator === 'inRanges') return null;
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
