import 'reflect-metadata';
import { ArrayMaxSize, IsOptional, MaxLength, ValidateNested } from 'class-validator';
import { GraphQLScalarType } from 'graphql';
import { Extensions, Field, Float, ID, InputType, Int, type ClassType } from 'type-graphql';
import { DateTimeScalar, renamedTo } from '../api/declare-type.ts';
import { nameLengthMax, textLengthMax } from '../callbacks/wire-values.ts';
import type { FieldKind, ListField, ListFields } from './list-fields.ts';
import { equality, type Operator } from './conditions.ts';

/** Values in one `in` or `notIn`: as many as a page has nodes. */
const valuesMax = 500;

const meanings: Readonly<Record<Operator, string>> = {
  eq: 'Equal to this value.',
  ne: 'Known, and not equal to this value.',
  in: `Equal to one of these values, at most ${valuesMax}. An empty list matches nothing.`,
  notIn: `Known, and equal to none of these values, at most ${valuesMax}.`,
  lt: 'Less than this value; for times, earlier.',
  lte: 'Less than or equal to this value; for times, no later.',
  gt: 'Greater than this value; for times, later.',
  gte: 'Greater than or equal to this value; for times, no earlier.',
  startsWith: 'Starts with this text.',
  within:
    'In this network, in CIDR notation: `10.0.0.0/8` or `2001:db8::/32`. IPv4 addresses are those of `::ffff:0:0/96`.',
  isNull: 'true: unknown or absent. false: known.',
};
const magnitude = ['lt', 'lte', 'gt', 'gte'] as const;

interface Comparable {
  /** What is compared, as a sentence. */
  readonly description: string;
  readonly type: object;
  readonly operators: readonly Operator[];
  /** Characters of a compared text: as many as are read of such a field of a callback. */
  readonly lengthMax?: number;
}

function comparisonsOf(name: string, { description, type, operators, lengthMax }: Comparable): ClassType {
  @InputType(name, { description: `${description} All given operators must match; \`null\` is ignored.` })
  class ComparisonsInput {}

  for (const operator of operators) {
    const isList = operator === 'in' || operator === 'notIn';
    const operand = () => (operator === 'isNull' ? Boolean : isList ? [type] : type);
    const decorators = [
      Field(operand, { nullable: true, description: meanings[operator] }),
      IsOptional(),
      ...(isList ? [ArrayMaxSize(valuesMax)] : []),
      ...(lengthMax === undefined || operator === 'isNull' ? [] : [MaxLength(lengthMax, { each: isList })]),
    ];
    for (const decorate of decorators) decorate(ComparisonsInput.prototype, operator);
  }
  return ComparisonsInput;
}

export const IdFilter = comparisonsOf('IdFilter', {
  description: 'Compares an identifier.',
  type: ID,
  operators: [...equality, 'isNull'],
  lengthMax: nameLengthMax,
});

export const StringFilter = comparisonsOf('StringFilter', {
  description: 'Compares a text, case-sensitively.',
  type: String,
  operators: [...equality, 'startsWith', 'isNull'],
  lengthMax: nameLengthMax,
});

export const AddressFilter = comparisonsOf('AddressFilter', {
  description:
    'Compares an IP address. Equality is that of the address, whatever its notation: `2001:DB8:0::1` equals `2001:db8::1`, and `::ffff:10.0.0.1` equals `10.0.0.1`. `startsWith` compares the text as CSS sent it, and so do the others if it is no address.',
  type: String,
  operators: [...equality, 'within', 'startsWith', 'isNull'],
  lengthMax: nameLengthMax,
});

/** No prefix and no order: otherwise others than admins could guess a hidden text character by character. */
export const ExactStringFilter = comparisonsOf('ExactStringFilter', {
  description:
    'Compares a whole text, case-sensitively. There is no `startsWith`, because it could be used to guess hidden parts of the text.',
  type: String,
  operators: [...equality, 'isNull'],
  lengthMax: textLengthMax,
});

const anyOfSeveral = 'and matches if one of them does. To match only if none does, put it inside `not`.';

export const SomeStringFilter = comparisonsOf('SomeStringFilter', {
  description: `Compares each of several texts as a whole, ${anyOfSeveral}`,
  type: String,
  operators: ['eq', 'in', 'isNull'],
  lengthMax: textLengthMax,
});

export const SomeIntFilter = comparisonsOf('SomeIntFilter', {
  description: `Compares each of several whole numbers, ${anyOfSeveral}`,
  type: Int,
  operators: ['eq', 'in', 'isNull'],
});

export const IntFilter = comparisonsOf('IntFilter', {
  description: 'Compares a whole number.',
  type: Int,
  operators: [...equality, ...magnitude, 'isNull'],
});

export const FloatFilter = comparisonsOf('FloatFilter', {
  description: 'Compares a number.',
  type: Float,
  operators: [...equality, ...magnitude, 'isNull'],
});

export const DateTimeFilter = comparisonsOf('DateTimeFilter', {
  description: 'Compares a point in time.',
  type: DateTimeScalar,
  operators: [...equality, ...magnitude, 'isNull'],
});

const comparisonsOfEnums = new Map<object, ClassType>();

/** The comparison of an enum, made once. `kind` names it; `compares` says what is compared. */
function enumComparison(type: object, { kind, compares = '', isNullable }: ListField): ClassType {
  const made = comparisonsOfEnums.get(type);
  if (made !== undefined) return made;
  const operators = isNullable === true ? ([...equality, 'isNull'] as const) : equality;
  const comparison = comparisonsOf(`${kind}Filter`, { description: `Compares ${compares}.`, type, operators });
  comparisonsOfEnums.set(type, comparison);
  return comparison;
}

export const BooleanFilter = comparisonsOf('BooleanFilter', {
  description: 'Compares whether something is so.',
  type: Boolean,
  operators: ['eq', 'ne'],
});

const ExistenceFilter = comparisonsOf('PresenceFilter', {
  description: 'Compares whether something exists at all.',
  type: Boolean,
  operators: ['isNull'],
});

/** What the filter of a list needs besides its fields. */
interface FilterInputs<Fields extends ListFields> {
  /** The enums of its fields, by their kinds. */
  readonly enums?: Readonly<Partial<Record<FieldKind, object>>>;
  /** The inputs of fields that are compared by one of their own. */
  readonly inputs?: Readonly<Record<FieldWithInput<Fields>, FilterInput>>;
}

/** An input of its own, or a scalar. */
type FilterInput = ClassType | GraphQLScalarType;

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
  class FilterOfList {}

  const add = (
    field: string,
    type: () => FilterInput | [ClassType],
    described: Pick<NonNullable<Parameters<typeof Field>[1]>, 'description' | 'deprecationReason'>,
  ) => {
    const nested = type() instanceof GraphQLScalarType ? [] : [ValidateNested()];
    const decorators = [Field(type, { nullable: true, ...described }), IsOptional(), ...nested];
    for (const decorate of decorators) decorate(FilterOfList.prototype, field);
  };
  for (const [field, declared] of Object.entries<ListField>(fields)) {
    if (declared.filter === undefined) continue;
    const ownInput: FilterInput | undefined = inputs?.[field as FieldWithInput<Fields>];
    const comparison = ownInput ?? comparisonOf(declared, enums[declared.kind]);
    const { filter: description, formerly, hidden } = declared;
    add(field, () => comparison, { description });
    // `applyRoles` refuses what compares the hidden part of it.
    if (hidden !== undefined) Extensions({ hidden })(FilterOfList.prototype, field);
    if (formerly !== undefined) {
      add(formerly, () => comparison, { description, deprecationReason: renamedTo(field) });
    }
  }
  add('and', () => [FilterOfList], { description: 'All of these filters match. An empty list matches everything.' });
  add('or', () => [FilterOfList], {
    description: 'At least one of these filters matches. An empty list matches nothing.',
  });
  add('not', () => FilterOfList, {
    description: 'This filter does not match. Also matches if a value that it compares is unknown.',
  });
  return FilterOfList;
}

const comparisonOfKind: Readonly<Partial<Record<FieldKind, ClassType>>> = {
  ID: IdFilter,
  TEXT: StringFilter,
  ADDRESS: AddressFilter,
  INT: IntFilter,
  TIME: DateTimeFilter,
  MILLISECONDS: FloatFilter,
  NUMBER: FloatFilter,
  FLAG: BooleanFilter,
  EXISTENCE: ExistenceFilter,
};

function comparisonOf(field: ListField, enumType: object | undefined): ClassType {
  const { kind, isOneOfSeveral, hidden } = field;
  if (enumType !== undefined) return enumComparison(enumType, field);
  if (isOneOfSeveral === true) return kind === 'INT' ? SomeIntFilter : SomeStringFilter;
  // Whoever may not read an address may not filter by it at all.
  const isWhole = hidden !== undefined && hidden !== 'ADDRESS';
  const comparison = isWhole ? ExactStringFilter : comparisonOfKind[kind];
  if (comparison === undefined) throw new TypeError(`No input compares fields of the kind ${kind}.`);
  return comparison;
}
