import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { operatorFactKinds, type OperatorFactKind } from '../../domain/operator-facts/operator-fact.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumOf } from './enum-of.ts';

const OperatorFactKindEnum = enumOf<OperatorFactKind>(operatorFactKinds);
registerEnumType(OperatorFactKindEnum, {
  name: 'OperatorFactKind',
  description: 'What an operator states.',
  valuesConfig: {
    CLOSED: { description: 'The session has ended, and its interruption is lost.' },
    NOTE: { description: 'Words beside a session or a task.' },
  },
});

const byDescription =
  'Who: the name of the token in API_TOKENS that was sent. Null if that token has no name, or none is needed.';

@ObjectType({ description: 'How an operator took a fact back.' })
export class OperatorFactWithdrawal {
  @Field(() => String, { nullable: true, description: byDescription })
  by!: string | null;

  @Field(() => DateTimeScalar, { name: 'at', description: 'When, by the clock of the node that took it.' })
  atMs!: number;

  @Field(() => String, {
    description: 'Why, in the operator’s words. For viewers, "(hidden)" replaces queries and logins of URLs in it.',
  })
  reason!: string;
}

@ObjectType({
  description:
    'What an operator states about a session or a task: an event of the log, beside the callbacks and never instead of them.',
})
export class OperatorFact {
  @Field(() => ID, { description: 'Opaque id of this fact, for `withdrawFact`. It never changes.' })
  id!: string;

  @Field(() => OperatorFactKindEnum, { description: 'What is stated.' })
  kind!: OperatorFactKind;

  @Field(() => String, {
    description:
      'Why the session was closed; or the note itself. For viewers, "(hidden)" replaces queries and logins of URLs in it.',
  })
  text!: string;

  @Field(() => String, { nullable: true, description: byDescription })
  by!: string | null;

  @Field(() => DateTimeScalar, {
    name: 'at',
    description: 'When it was stated, by the clock of the node that took it.',
  })
  atMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'endedAt',
    nullable: true,
    description: 'When the session ended, where the operator knew. Null for notes.',
  })
  endedAtMs!: number | null;

  @Field(() => OperatorFactWithdrawal, {
    nullable: true,
    description: 'How it was taken back: then it changes nothing any more. Null if it was not.',
  })
  withdrawal!: OperatorFactWithdrawal | null;
}
