import { Field, ObjectType } from 'type-graphql';
import { innerListComplexity, offeredValuesMax } from '../cost.ts';
import { CallbackRecord } from './callback-record.ts';

@ObjectType({ description: 'What a callback says of a field, where another one was taken.' })
export class OfferedValue {
  @Field(() => String, { description: 'The value, as in `FieldExplanation`.' })
  value!: string;

  @Field(() => CallbackRecord, { description: 'The callback that says it.' })
  callback!: CallbackRecord;
}

@ObjectType({ description: 'Where the value of a field comes from.' })
export class FieldExplanation {
  @Field(() => String, { description: 'The name of the field, such as `startedAt`.' })
  field!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Its value as a text: times in ISO 8601, numbers by their digits. Null if it has none. For viewers, "(hidden)" replaces credentials.',
  })
  value!: string | null;

  @Field(() => CallbackRecord, {
    nullable: true,
    description: 'The callback that set it. Null if none of those that count says anything of it.',
  })
  setBy!: CallbackRecord | null;

  @Field(() => [OfferedValue], {
    complexity: innerListComplexity,
    description: `What other callbacks say that differs, and was not taken, in the order of the log: the first ${offeredValuesMax}.`,
  })
  others!: readonly OfferedValue[];
}
