import { ArrayMaxSize, IsOptional, MaxLength } from 'class-validator';
import { Field, InputType, type ClassType } from 'type-graphql';
import type { FieldCondition } from '../../read-models/listing.ts';

type Operator = FieldCondition<string>['operator'];

/** Values in one `in`; as many as a page has nodes. */
export const valuesMax = 500;

/** Characters of a value that is compared; no name of CSS is longer. */
export const nameLengthMax = 512;

/** Characters of a URL that is compared: as much of one as is read. */
export const urlLengthMax = 4_096;

/** What a filter says of one field: operators with what the field is compared with. */
export interface Comparisons<Value> {
  eq?: Value | null;
  ne?: Value | null;
  in?: Value[] | null;
  notIn?: Value[] | null;
  lt?: Value | null;
  lte?: Value | null;
  gt?: Value | null;
  gte?: Value | null;
  startsWith?: Value | null;
  isNull?: boolean | null;
}

const meanings: Readonly<Record<Operator, string>> = {
  eq: 'Equal to this.',
  ne: 'Another than this, and known.',
  in: `Equal to one of these, at most ${valuesMax}. An empty list matches nothing.`,
  notIn: `Known, and none of these, at most ${valuesMax}.`,
  lt: 'Less than this; of moments: before it.',
  lte: 'This or less; of moments: at it or before.',
  gt: 'Greater than this; of moments: after it.',
  gte: 'This or greater; of moments: at it or after.',
  startsWith: 'Beginning with this.',
  isNull: 'true: not known, or not there; false: known.',
};

interface Comparable {
  readonly name: string;
  /** What is compared, as a sentence. */
  readonly description: string;
  readonly type: object;
  readonly operators: readonly Operator[];
  /** Characters of a text that is compared. */
  readonly lengthMax?: number;
}

/**
 * Makes the input type that compares one kind of value. The decorators are called as functions: they are the same for every
 * kind, and stand here once.
 */
export function comparisonsOf<Value>({
  name,
  description,
  type,
  operators,
  lengthMax,
}: Comparable): ClassType<Comparisons<Value>> {
  @InputType(name, { description: `${description} All that is given must hold; \`null\` says nothing.` })
  class ComparisonsInput implements Comparisons<Value> {}

  for (const operator of operators) {
    const isList = operator === 'in' || operator === 'notIn';
    const operand = () => (operator === 'isNull' ? Boolean : isList ? [type] : type);
    const decorate = [
      Field(operand, { nullable: true, description: meanings[operator] }),
      IsOptional(),
      ...(isList ? [ArrayMaxSize(valuesMax)] : []),
      ...(lengthMax === undefined || operator === 'isNull' ? [] : [MaxLength(lengthMax, { each: isList })]),
    ];
    for (const one of decorate) one(ComparisonsInput.prototype, operator);
  }
  return ComparisonsInput;
}
