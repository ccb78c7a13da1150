import { IsOptional, ValidateNested } from 'class-validator';
import { Field, InputType, type ClassType } from 'type-graphql';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import {
  DateTimeFilter,
  enumComparison,
  ExactStringFilter,
  ExistenceFilter,
  FloatFilter,
  IdFilter,
  IntFilter,
  SomeIntFilter,
  SomeStringFilter,
  StringFilter,
} from './comparisons-type.ts';
import { conjunctsOf } from './conditions.ts';
import type { ListFilter } from './list-args-type.ts';
import type { ConditionField, FieldKind, ListField, ListFields } from './list-fields.ts';
import type { Condition, FieldCondition } from './listing.ts';

/** What the filter of a list needs besides its fields. */
interface FilterInputs<Fields extends ListFields> {
  /** The enums of its fields, by their kinds. */
  readonly enums?: Readonly<Partial<Record<FieldKind, object>>>;
  /** The inputs of fields that are compared by one of their own. */
  readonly inputs?: Readonly<Record<FieldWithInput<Fields>, ClassType>>;
}

type FieldWithInput<Fields extends ListFields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly kind: 'OWN_INPUT' | 'MEMBERS' } ? Name : never;
}[keyof Fields] &
  string;

/** Makes the filter of a list: an input with a comparison for each field that clients may filter by. */
export function filterOf<Fields extends ListFields>(
  name: string,
  listed: string,
  fields: Fields,
  { enums = {}, inputs }: FilterInputs<Fields> = {},
): ClassType {
  @InputType(name, {
    description: `Which ${listed} a list contains. All given fields must match; \`null\` is ignored.`,
  })
  class FilterInput {}

  const add = (field: string, type: () => ClassType | [ClassType], description: string) => {
    const decorators = [Field(type, { nullable: true, description }), IsOptional(), ValidateNested()];
    for (const decorate of decorators) decorate(FilterInput.prototype, field);
  };
  for (const [field, declared] of Object.entries<ListField>(fields)) {
    if (declared.filter === undefined) continue;
    const ownInput: ClassType | undefined = inputs?.[field as FieldWithInput<Fields>];
    const comparison = ownInput ?? comparisonOf(declared, enums[declared.kind]);
    add(field, () => comparison, declared.filter);
  }
  add('and', () => [FilterInput], 'All of these filters match. An empty list matches everything.');
  add('or', () => [FilterInput], 'At least one of these filters matches. An empty list matches nothing.');
  add('not', () => FilterInput, 'This filter does not match. Also matches if a value that it compares is unknown.');
  return FilterInput;
}

const comparisonOfKind: Readonly<Partial<Record<FieldKind, ClassType>>> = {
  ID: IdFilter,
  TEXT: StringFilter,
  INT: IntFilter,
  TIME: DateTimeFilter,
  MILLISECONDS: FloatFilter,
  EXISTENCE: ExistenceFilter,
};

function comparisonOf(field: ListField, enumType: object | undefined): ClassType {
  const { kind, isOneOfSeveral, hidden } = field;
  if (enumType !== undefined) return enumComparison(enumType, field);
  if (isOneOfSeveral === true) return kind === 'INT' ? SomeIntFilter : SomeStringFilter;
  const comparison = hidden === undefined ? comparisonOfKind[kind] : ExactStringFilter;
  if (comparison === undefined) throw new TypeError(`No input compares fields of the kind ${kind}.`);
  return comparison;
}

/** Levels of filters inside filters. Three are enough for every condition: an `or` of `and`s of single comparisons, and `not`. */
export const filterDepthMax = 8;

/** Comparisons and filters in one filter: each row that is examined is compared with all of them. */
export const filterPartsMax = 50;

/**
 * The condition that a filter sets for rows. `null` means the same as an absent field.
 * `clock`: of fields that change by time alone; null if no moment would be right.
 * @throws LedgerError - BAD_USER_INPUT for a filter that is too deep or has too many parts
 */
export function toCondition<Fields extends ListFields>(
  fields: Fields,
  filter: ListFilter | null | undefined,
  clock: Clock | null = null,
): Condition<ConditionField<Fields>> {
  let parts = 0;
  return allOf(filter ?? {}, 1) as Condition<ConditionField<Fields>>;

  function allOf(one: ListFilter, depth: number): Condition<string> {
    if (depth > filterDepthMax) {
      throw refusal(`The filter nests more than ${filterDepthMax} levels deep. Flatten its and, or and not.`);
    }
    countPart();
    return { and: givenEntries(one).flatMap(([name, value]) => partsOf(name, value, depth)) };
  }

  function partsOf(name: string, value: unknown, depth: number): Condition<string>[] {
    const inner = () => (value as ListFilter[]).map((one) => allOf(one, depth + 1));
    if (name === 'and') return [{ and: inner() }];
    if (name === 'or') return [{ or: inner() }];
    if (name === 'not') return [{ not: allOf(value as ListFilter, depth + 1) }];
    const { kind, conditionOf, ignoresCase }: Partial<ListField> = fields[name] ?? {};
    if (conditionOf !== undefined) {
      countPart();
      return [conditionOf(value as object, clock)];
    }
    if (kind === 'MEMBERS') return someOf(name, allOf(value as ListFilter, depth + 1));
    return givenEntries(value as object).map(([operator, operand]) => {
      countPart();
      return comparison(name, operator as FieldCondition<string>['operator'], operand, ignoresCase === true);
    });
  }

  function countPart(): void {
    parts += 1;
    if (parts > filterPartsMax) {
      throw refusal(
        `The filter has more than ${filterPartsMax} parts, each comparison and each filter inside it being one. Use in instead of many eq.`,
      );
    }
  }
}

/** A filter without a comparison sets no condition, here as everywhere: it does not ask whether there is an entry. */
function someOf(field: string, meets: Condition<string>): Condition<string>[] {
  return conjunctsOf(meets).length === 0 ? [] : [{ someOf: field, meets }];
}

function givenEntries(input: object): [name: string, value: unknown][] {
  return Object.entries(input).filter(([, value]) => value != null);
}

function comparison(
  field: string,
  operator: FieldCondition<string>['operator'],
  operand: unknown,
  ignoresCase: boolean,
): FieldCondition<string> {
  if (operator === 'isNull') return { field, operator, isNull: operand === true };
  const read = (value: string | number) => (ignoresCase && typeof value === 'string' ? value.toLowerCase() : value);
  if (operator === 'in' || operator === 'notIn') {
    return { field, operator, values: (operand as (string | number)[]).map(read) };
  }
  return { field, operator, value: read(operand as string | number) };
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}
