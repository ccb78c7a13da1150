import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from './enum-of.ts';
import { QuarantinedCallback } from './quarantined-callback.ts';

const quarantineOutcomes = [
  'RELEASED',
  'DISCARDED',
  'ALREADY_RELEASED',
  'ALREADY_DISCARDED',
  'UNREADABLE',
  'NOT_FOUND',
  'NOT_STORED',
] as const;
export type QuarantineOutcome = (typeof quarantineOutcomes)[number];

const QuarantineOutcomeEnum = enumOf<QuarantineOutcome>(quarantineOutcomes);
registerEnumType(QuarantineOutcomeEnum, {
  name: 'QuarantineOutcome',
  description: 'The outcome of a decision on one callback. Only RELEASED and DISCARDED changed anything.',
  valuesConfig: {
    RELEASED: { description: 'It is now released, and that is durable.' },
    DISCARDED: { description: 'It is now discarded, and that is durable.' },
    ALREADY_RELEASED: { description: 'It was released before. A release can’t be undone.' },
    ALREADY_DISCARDED: { description: 'It was discarded before. A discard can’t be undone.' },
    UNREADABLE: { description: 'Its body is not a JSON object: it can be discarded, but not released.' },
    NOT_FOUND: { description: 'No such callback is in quarantine, or it has been removed.' },
    NOT_STORED: { description: 'The log could not store the decision. Try again.' },
  },
});

@ObjectType({ description: 'The result of a decision on one callback in quarantine.' })
export class QuarantineDecision {
  @Field(() => ID, { description: 'Of this decision alone, for the caches of clients. Nothing can be found by it.' })
  id!: string;

  @Field(() => ID, { description: 'The id that was given: that of the callback.' })
  callbackId!: string;

  @Field(() => QuarantineOutcomeEnum, { description: 'What the decision changed, or why it changed nothing.' })
  outcome!: QuarantineOutcome;

  @Field(() => String, { description: 'The outcome in words.' })
  message!: string;

  @Field(() => QuarantinedCallback, {
    nullable: true,
    description: 'The callback after the decision. Null if there is none.',
  })
  callback!: QuarantinedCallback | null;
}
