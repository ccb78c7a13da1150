import { Float, ID, Int } from 'type-graphql';
import { DateTimeScalar } from '../scalars.ts';
import { SignatureEnum } from '../types/callback-record.ts';
import { QuarantineReasonEnum, QuarantineStatusEnum } from '../types/quarantined-callback.ts';
import { RelayTaskStateEnum } from '../types/relay-task.ts';
import { EndSideEnum, StreamSessionStateEnum } from '../types/stream-session.ts';
import { comparisonsOf, nameLengthMax, urlLengthMax } from './comparisons.ts';

/** What each kind of value may be compared by. */

const equality = ['eq', 'ne', 'in', 'notIn'] as const;
const magnitude = ['lt', 'lte', 'gt', 'gte'] as const;

export const IdFilter = comparisonsOf<string>({
  name: 'IdFilter',
  description: 'Compares an identifier.',
  type: ID,
  operators: [...equality, 'isNull'],
  lengthMax: nameLengthMax,
});

export const StringFilter = comparisonsOf<string>({
  name: 'StringFilter',
  description: 'Compares a text, letter by letter: case counts.',
  type: String,
  operators: [...equality, 'startsWith', 'isNull'],
  lengthMax: nameLengthMax,
});

/** Not by beginning or order: what viewers may not read must not be found letter by letter either. */
export const ExactStringFilter = comparisonsOf<string>({
  name: 'ExactStringFilter',
  description:
    'Compares a text as a whole: case counts. Not by its beginning: what viewers may not read must not be found letter by letter either.',
  type: String,
  operators: [...equality, 'isNull'],
  lengthMax: urlLengthMax,
});

export const SomeStringFilter = comparisonsOf<string>({
  name: 'SomeStringFilter',
  description:
    'Compares each of several texts as a whole, and holds where one of them fits; for none of them, put `not` around it.',
  type: String,
  operators: ['eq', 'in', 'isNull'],
  lengthMax: urlLengthMax,
});

export const SomeIntFilter = comparisonsOf<number>({
  name: 'SomeIntFilter',
  description:
    'Compares each of several whole numbers, and holds where one of them fits; for none of them, put `not` around it.',
  type: Int,
  operators: ['eq', 'in', 'isNull'],
});

export const IntFilter = comparisonsOf<number>({
  name: 'IntFilter',
  description: 'Compares a whole number.',
  type: Int,
  operators: [...equality, ...magnitude, 'isNull'],
});

export const FloatFilter = comparisonsOf<number>({
  name: 'FloatFilter',
  description: 'Compares a number.',
  type: Float,
  operators: [...equality, ...magnitude, 'isNull'],
});

export const DateTimeFilter = comparisonsOf<Date>({
  name: 'DateTimeFilter',
  description: 'Compares a moment.',
  type: DateTimeScalar,
  operators: [...equality, ...magnitude, 'isNull'],
});

export const StreamSessionStateFilter = comparisonsOf<string>({
  name: 'StreamSessionStateFilter',
  description: 'Compares the state of a session.',
  type: StreamSessionStateEnum,
  operators: equality,
});

export const EndSideFilter = comparisonsOf<string>({
  name: 'EndSideFilter',
  description: 'Compares whose side ended a push.',
  type: EndSideEnum,
  operators: [...equality, 'isNull'],
});

export const RelayTaskStateFilter = comparisonsOf<string>({
  name: 'RelayTaskStateFilter',
  description: 'Compares the state of a task.',
  type: RelayTaskStateEnum,
  operators: equality,
});

export const SignatureFilter = comparisonsOf<string>({
  name: 'SignatureFilter',
  description: 'Compares how a callback proved itself.',
  type: SignatureEnum,
  operators: equality,
});

export const QuarantineReasonFilter = comparisonsOf<string>({
  name: 'QuarantineReasonFilter',
  description: 'Compares the reason of a callback in quarantine.',
  type: QuarantineReasonEnum,
  operators: equality,
});

export const QuarantineStatusFilter = comparisonsOf<string>({
  name: 'QuarantineStatusFilter',
  description: 'Compares the status of a callback in quarantine.',
  type: QuarantineStatusEnum,
  operators: equality,
});

export const PresenceFilter = comparisonsOf<never>({
  name: 'PresenceFilter',
  description: 'Whether something is there at all.',
  type: Boolean,
  operators: ['isNull'],
});
