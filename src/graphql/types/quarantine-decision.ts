import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from './enum-of.ts';
import { QuarantinedCallback } from './quarantined-callback.ts';

export const quarantineOutcomes = [
  'RELEASED',
  'DISCARDED',
  'ALREADY_RELEASED',
  'ALREADY_DISCARDED',
  'UNREADABLE',
  'NOT_FOUND',
  'NOT_STORED',
] as const;
export type QuarantineOutcome = (typeof quarantineOutcomes)[number];

export const QuarantineOutcomeEnum = enumOf<QuarantineOutcome>(quarantineOutcomes);
registerEnumType(QuarantineOutcomeEnum, {
  name: 'QuarantineOutcome',
  description: 'What became of a decision on one callback. Only RELEASED and DISCARDED changed something.',
  valuesConfig: {
    RELEASED: { description: 'It is released now, and durable.' },
    DISCARDED: { description: 'It is discarded now, and durable.' },
    ALREADY_RELEASED: { description: 'It was released before. A release is not taken back.' },
    ALREADY_DISCARDED: { description: 'It was discarded before. A discard is not taken back.' },
    UNREADABLE: { description: 'Its body is no JSON object: it can be discarded, not released.' },
    NOT_FOUND: { description: 'No such callback is in quarantine, or none any more.' },
    NOT_STORED: { description: 'The log could not take the decision. Ask again.' },
  },
});

@ObjectType({ description: 'What became of a decision on one callback in quarantine.' })
export class QuarantineDecision {
  @Field(() => ID, { description: 'The id that was given.' })
  id!: string;

  @Field(() => QuarantineOutcomeEnum, { description: 'What became of it.' })
  outcome!: QuarantineOutcome;

  @Field(() => String, { description: 'The same in words.' })
  message!: string;

  @Field(() => QuarantinedCallback, {
    nullable: true,
    description: 'The callback as it stands now. Null where there is none.',
  })
  callback!: QuarantinedCallback | null;
}
