import 'reflect-metadata';
import { ArrayMaxSize, IsOptional, MaxLength } from 'class-validator';
import { Field, Float, ID, InputType, Int, type ClassType } from 'type-graphql';
import { nameLengthMax } from '../callbacks/callback.ts';
import { textLengthMax } from '../callbacks/wire-values.ts';
import type { ListField } from './list-fields.ts';
import type { FieldCondition } from './listing.ts';
import { DateTimeScalar } from '../api/declare-type.ts';

type Operator = FieldCondition<string>['operator'];

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
  isNull: 'true: unknown or absent. false: known.',
};

const equality = ['eq', 'ne', 'in', 'notIn'] as const;
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

/** No prefix and no order: otherwise viewers could guess a hidden text character by character. */
export const ExactStringFilter = comparisonsOf('ExactStringFilter', {
  description:
    'Compares a whole text, case-sensitively. There is no `startsWith`, because viewers could use it to guess hidden parts of the text.',
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
export function enumComparison(type: object, { kind, compares = '', isNullable }: ListField): ClassType {
  const made = comparisonsOfEnums.get(type);
  if (made !== undefined) return made;
  const operators = isNullable === true ? ([...equality, 'isNull'] as const) : equality;
  const comparison = comparisonsOf(`${kind}Filter`, { description: `Compares ${compares}.`, type, operators });
  comparisonsOfEnums.set(type, comparison);
  return comparison;
}

export const ExistenceFilter = comparisonsOf('PresenceFilter', {
  description: 'Compares whether something exists at all.',
  type: Boolean,
  operators: ['isNull'],
});
