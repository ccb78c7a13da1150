import { ArrayMaxSize, IsOptional, MaxLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import type {
  CallbackField,
  ComparisonOperator,
  Condition,
  RelayTaskField,
  StreamSessionField,
} from '../../read-models/listing.ts';
import type { QuarantineListField } from '../../read-models/quarantine.ts';
import type { StreamSessionState } from '../../domain/stream-standing.ts';
import { DateTimeScalar } from '../scalars.ts';
import { StreamSessionStateEnum } from '../types/stream-session.ts';

/** Values in one `in`; as many as a page has nodes. */
export const valuesMax = 500;

/** Characters of a value that is compared; no name of CSS is longer. */
const valueLengthMax = 512;

/** Characters of a URL that is compared: as much of one as is read. */
const exactLengthMax = 4_096;

@InputType({ description: 'Compares an identifier. All that is given must hold.' })
export class IdFilter {
  @Field(() => ID, { nullable: true, description: 'Equal to this.' })
  @IsOptional()
  @MaxLength(valueLengthMax)
  eq?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Equal to one of these, at most 500. An empty list matches nothing.',
  })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  @MaxLength(valueLengthMax, { each: true })
  in?: string[] | null;
}

@InputType({ description: 'Compares a text, letter by letter: case counts. All that is given must hold.' })
export class StringFilter {
  @Field(() => String, { nullable: true, description: 'Equal to this.' })
  @IsOptional()
  @MaxLength(valueLengthMax)
  eq?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Equal to one of these, at most 500. An empty list matches nothing.',
  })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  @MaxLength(valueLengthMax, { each: true })
  in?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Beginning with this.' })
  @IsOptional()
  @MaxLength(valueLengthMax)
  startsWith?: string | null;
}

@InputType({
  description:
    'Compares a text as a whole, letter by letter: case counts. All that is given must hold. Not by its beginning: what viewers may not read must not be found letter by letter either.',
})
export class ExactStringFilter {
  @Field(() => String, { nullable: true, description: 'Equal to this.' })
  @IsOptional()
  @MaxLength(exactLengthMax)
  eq?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Equal to one of these, at most 500. An empty list matches nothing.',
  })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  @MaxLength(exactLengthMax, { each: true })
  in?: string[] | null;
}

@InputType({
  description: 'Compares a whole number. All that is given must hold; an unknown number matches none of it.',
})
export class IntFilter {
  @Field(() => Int, { nullable: true, description: 'Equal to this.' })
  eq?: number | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'Equal to one of these, at most 500. An empty list matches nothing.',
  })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  in?: number[] | null;
}

@InputType({ description: 'Compares a moment. All that is given must hold; an unknown moment matches none of it.' })
export class DateTimeFilter {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this moment.' })
  lt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At or before this moment.' })
  lte?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'After this moment.' })
  gt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At or after this moment.' })
  gte?: Date | null;
}

@InputType({ description: 'Compares the state of a session. All that is given must hold.' })
export class StreamSessionStateFilter {
  @Field(() => StreamSessionStateEnum, { nullable: true, description: 'Equal to this.' })
  eq?: StreamSessionState | null;

  @Field(() => [StreamSessionStateEnum], {
    nullable: true,
    description: 'One of these. An empty list matches nothing.',
  })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  in?: StreamSessionState[] | null;
}

@InputType({ description: 'Which stream sessions a list holds. All fields that are given must hold.' })
export class StreamSessionFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By the sequence of the push activity.' })
  @IsOptional()
  @ValidateNested()
  sequence?: IdFilter | null;

  @Field(() => IdFilter, { nullable: true, description: 'By account.' })
  @IsOptional()
  @ValidateNested()
  appId?: IdFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'By push domain.' })
  @IsOptional()
  @ValidateNested()
  domain?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'By stream name.' })
  @IsOptional()
  @ValidateNested()
  streamId?: StringFilter | null;

  @Field(() => StreamSessionStateFilter, { nullable: true, description: 'By state.' })
  @IsOptional()
  @ValidateNested()
  state?: StreamSessionStateFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By the moment the push began, on CSS’s clock.' })
  @IsOptional()
  @ValidateNested()
  startedAt?: DateTimeFilter | null;
}

@InputType({ description: 'Whether something is there at all.' })
export class PresenceFilter {
  @Field(() => Boolean, { nullable: true, description: 'true: it is missing; false: it is there.' })
  isNull?: boolean | null;
}

@InputType({ description: 'Which callbacks a list holds. All fields that are given must hold.' })
export class CallbackFilter {
  @Field(() => IntFilter, { nullable: true, description: 'By `event_type`: 1 push, 0 interruption, 314 relay.' })
  @IsOptional()
  @ValidateNested()
  eventType?: IntFilter | null;

  @Field(() => PresenceFilter, {
    nullable: true,
    description: 'Relay callbacks by whether they fit a task: `{ isNull: true }` lists those that fit none.',
  })
  @IsOptional()
  @ValidateNested()
  relayTask?: PresenceFilter | null;
}

/** The conditions of a filter, field by field. `null` says nothing: it is as if the field were left out. */
export function toConditions<Field extends StreamSessionField | CallbackField | RelayTaskField | QuarantineListField>(
  filter: Partial<Record<Field, object | null>> | null | undefined,
): Condition<Field>[] {
  if (filter == null) return [];
  return (Object.keys(filter) as Field[]).flatMap((field) =>
    Object.entries(filter[field] ?? {}).flatMap(([operator, operand]) => toCondition(field, operator, operand)),
  );
}

function toCondition<Field extends string>(field: Field, operator: string, operand: unknown): Condition<Field>[] {
  if (operand == null) return [];
  if (operator === 'isNull') return [{ field, operator, isNull: operand === true }];
  if (operator === 'in') return [{ field, operator, values: (operand as unknown[]).map(toValue) }];
  return [{ field, operator: operator as ComparisonOperator, value: toValue(operand) }];
}

function toValue(operand: unknown): string | number {
  return operand instanceof Date ? operand.getTime() : (operand as string | number);
}
