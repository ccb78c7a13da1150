import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'What the process that answers accepts callbacks by. Counts only: no key and no token is ever shown.',
})
export class CallbackSetup {
  @Field(() => Boolean, {
    description: 'Whether this process takes callbacks, at `/callbacks/css`: whether it has the role `receive`.',
  })
  takesCallbacks!: boolean;

  @Field(() => Int, { description: 'How many callback keys it has, from CSS_CALLBACK_KEYS. They check `sign`.' })
  keys!: number;

  @Field(() => Int, {
    description:
      'How many tokens of the callback URL it has, from CSS_CALLBACK_TOKENS. Relay callbacks are not signed, so they need one. With neither keys nor tokens every callback is accepted.',
  })
  tokens!: number;
}

@ObjectType({ description: 'What became of a test callback.' })
export class TestCallback {
  @Field(() => ID, {
    description:
      '`test_id` of its body. Its `callback_event` is `LiveLedgerTest`; it belongs to no session and no task.',
  })
  testId!: string;

  @Field(() => Boolean, { description: 'Whether it was answered 200: it is durable, and `callbacks` will list it.' })
  accepted!: boolean;

  @Field(() => Int, { nullable: true, description: 'The status of the answer. Null if none came.' })
  status!: number | null;

  @Field(() => Float, { description: 'Milliseconds until the answer.' })
  durationMs!: number;

  @Field(() => String, { description: 'What happened, in one sentence.' })
  message!: string;
}
