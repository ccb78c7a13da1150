import { conjunctsOf, isFieldCondition, onlyValueOf } from '../../conditions.ts';
import type { Condition, FieldCondition, ListOrder } from '../../listing.ts';
import type { AccessPath, ListDefinition } from './list-definition.ts';
import { orderRangeOf, type OrderRange } from './order-range.ts';

/** One way to find the rows of a list: an index, with what of the conditions it takes over. */
export interface BoundPath<Field extends string, Order extends string> {
  readonly path: AccessPath<Field, Order>;
  /** Conditions on its leading fields that decide what of the index is read. */
  readonly seeks: readonly FieldCondition<Field>[];
  /** The part of the index's own order that is read. */
  readonly range: OrderRange<Field> | null;
  /** Whether the rows come in the order that was asked for. */
  readonly inOrder: boolean;
  /** Whether it leaves out rows that the order alone would read. */
  readonly narrows: boolean;
  /** Conditions that each row must be held against. */
  readonly residual: readonly Condition<Field>[];
}

type Definition<Field extends string, Order extends string> = Pick<
  ListDefinition<Field, Order, never, unknown>,
  'columnOf' | 'orders' | 'paths'
>;

/** The ways to find the rows that are worth a look, in the order of the list's table; at least one. */
export function planList<Field extends string, Order extends string>(
  list: Definition<Field, Order>,
  condition: Condition<Field>,
  { by }: ListOrder<Order>,
): readonly BoundPath<Field, Order>[] {
  const conjuncts = conjunctsOf(condition);
  const bounds = list.paths.flatMap((path) => bind(list, path, conjuncts, by) ?? []);
  // Without the order, one way to read the whole list is as good as any other.
  const whole = bounds.find(({ narrows }) => !narrows);
  const needsWhole = !bounds.some(({ inOrder }) => inOrder);
  return bounds.filter((bound) => bound.inOrder || bound.narrows || (needsWhole && bound === whole));
}

/** Whether an index gives the rows of a page and no others. */
export function isServed({ inOrder, residual }: BoundPath<string, string>): boolean {
  return inOrder && residual.length === 0;
}

function bind<Field extends string, Order extends string>(
  list: Definition<Field, Order>,
  path: AccessPath<Field, Order>,
  conjuncts: readonly Condition<Field>[],
  by: Order,
): BoundPath<Field, Order> | null {
  const fieldConditions = conjuncts.filter(isFieldCondition);
  const partial = partialOf(path, fieldConditions);
  if (partial === null) return null;
  const single = path.equal.map((field) =>
    fieldConditions.find((condition) => condition.field === field && onlyValueOf(condition) !== null),
  );
  const equal = single.filter((condition) => condition !== undefined);
  const isEqual = equal.length === path.equal.length;
  const seeks = isEqual ? equal : seeksOf(list, path, fieldConditions);
  if (!isEqual && seeks.length === 0) return null;
  const range = path.order === null || !isEqual ? null : orderRangeOf(list.orders[path.order], conjuncts);
  const covered: ReadonlySet<Condition<Field>> = new Set([...seeks, ...partial, ...(range?.covers ?? [])]);
  return {
    path,
    seeks,
    range,
    inOrder: isEqual && path.order === by,
    narrows: seeks.length > 0 || path.when !== undefined || range !== null,
    residual: conjuncts.filter((condition) => !covered.has(condition)),
  };
}

/** Null where a partial index may lack rows; else the conditions that it fulfils by what it is. */
function partialOf<Field extends string>(
  { when }: AccessPath<Field, string>,
  conditions: readonly FieldCondition<Field>[],
): readonly FieldCondition<Field>[] | null {
  if (when === undefined) return [];
  const same = conditions.filter((condition) => isSame(condition, when.condition));
  const knows = conditions.some((condition) => condition.field === when.known && wantsValue(condition));
  return same.length > 0 || knows ? same : null;
}

function isSame(one: FieldCondition<string>, other: FieldCondition<string>): boolean {
  if (one.field !== other.field) return false;
  if (one.operator === 'isNull' || other.operator === 'isNull') {
    return one.operator === 'isNull' && other.operator === 'isNull' && one.isNull === other.isNull;
  }
  return onlyValueOf(one) !== null && onlyValueOf(one) === onlyValueOf(other);
}

function wantsValue(condition: FieldCondition<string>): boolean {
  return condition.operator !== 'isNull' || !condition.isNull;
}

const columnSeeks: ReadonlySet<string> = new Set(['eq', 'in', 'startsWith', 'lt', 'lte', 'gt', 'gte']);
const memberSeeks: ReadonlySet<string> = new Set(['eq', 'in']);

/** What finds a part of the index without being one value of its first column; of members, one condition at a time. */
function seeksOf<Field extends string>(
  { columnOf }: Definition<Field, string>,
  { equal: [field] }: AccessPath<Field, string>,
  conditions: readonly FieldCondition<Field>[],
): readonly FieldCondition<Field>[] {
  if (field === undefined) return [];
  const isMember = typeof columnOf[field] === 'object';
  const found = conditions.filter(
    (condition) => condition.field === field && (isMember ? memberSeeks : columnSeeks).has(condition.operator),
  );
  // Of several sets, one is read and the others are looked at row by row: an index can be sought by one alone.
  const set = found.find(({ operator }) => operator === 'in');
  return isMember ? found.slice(0, 1) : set === undefined ? found : [set];
}
