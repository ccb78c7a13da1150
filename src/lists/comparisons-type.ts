import 'reflect-metadata';
import { ArrayMaxSize, IsOptional, MaxLength } from 'class-validator';
import { Field, Float, ID, InputType, Int, type ClassType } from 'type-graphql';
import { nameLengthMax } from '../callbacks/callback.ts';
import { textLengthMax } from '../callbacks/wire-values.ts';
import type { FieldCondition } from './listing.ts';
import { DateTimeScalar } from '../api/declare-type.ts';
import { SignatureEnum } from '../callbacks/callback-type.ts';
import { MissingReasonEnum } from '../analysis/missing/missing-callback-type.ts';
import { QuarantineReasonEnum, QuarantineStatusEnum } from '../quarantine/quarantine-type.ts';
import { AttributionEnum, RelayTaskStateEnum } from '../relay/relay-task-type.ts';
import { EndSideEnum, StartedAtSourceEnum, StreamSessionStateEnum } from '../sessions/stream-session-type.ts';

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

const orUnknown: readonly Operator[] = [...equality, 'isNull'];

/** What is compared, the enum of its values, and the operators if they differ from those of equality. */
const comparedEnums = {
  StreamSessionState: ['the state of a session', StreamSessionStateEnum],
  StartedAtSource: ['how the start of a session is known', StartedAtSourceEnum],
  Attribution: ['how an exit was matched to its task', AttributionEnum, orUnknown],
  EndSide: ['which side ended a push', EndSideEnum, orUnknown],
  RelayTaskState: ['the state of a relay task', RelayTaskStateEnum],
  Signature: ['how a callback was authenticated', SignatureEnum],
  MissingReason: ['what shows that a callback is missing', MissingReasonEnum],
  QuarantineReason: ['the reason why a callback is in quarantine', QuarantineReasonEnum],
  QuarantineStatus: ['the status of a callback in quarantine', QuarantineStatusEnum],
} as const satisfies Record<string, readonly [compared: string, type: object, operators?: readonly Operator[]]>;

/** The comparisons of enums, by their names. */
export const EnumFilters = Object.fromEntries(
  Object.entries(comparedEnums).map(([name, [compared, type, operators = equality]]) => [
    name,
    comparisonsOf(`${name}Filter`, { description: `Compares ${compared}.`, type, operators }),
  ]),
) as Record<keyof typeof comparedEnums, ClassType>;

export const ExistenceFilter = comparisonsOf('PresenceFilter', {
  description: 'Compares whether something exists at all.',
  type: Boolean,
  operators: ['isNull'],
});
