import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { signatures, type Signature } from '../../domain/callback/arrival.ts';
import type { Attribution } from '../../domain/relay-task/relay-runs.ts';
import { BigIntScalar, CursorScalar, DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';
import { AttributionEnum } from './relay-task.ts';

export const SignatureEnum = enumOf<Signature>(signatures);
registerEnumType(SignatureEnum, {
  name: 'Signature',
  description: 'How a callback proved that it comes from the account.',
  valuesConfig: {
    VALID: {
      description: '`sign` is right for one of the callback keys, and `t` within 900 s of the receiver’s clock.',
    },
    EXPIRED: { description: '`sign` is right, but `t` is further than 900 s from the receiver’s clock.' },
    INVALID: { description: '`sign` fits none of the callback keys.' },
    UNSIGNED: { description: 'Neither `sign` and `t` nor a listed token.' },
    TOKEN: { description: 'It came to a URL that ends in a listed token; `sign` was not looked at.' },
    NOT_CHECKED: { description: 'The receiver had neither keys nor tokens to check with.' },
  },
});

@ObjectType({
  implements: Node,
  description:
    'A callback, at its first arrival. Bodies that are equal but for `t` and `sign` are one callback; each arrival of it is a delivery.',
})
export class CallbackRecord implements Node {
  /** The rows of its stream session and of its relay task, for the resolvers of those fields. */
  sessionId!: number | null;
  taskRow!: number | null;

  @Field(() => ID, { description: 'Opaque id of this node, the same for ever.' })
  id!: string;

  @Field(() => CursorScalar, { description: 'A log cursor right after this callback.' })
  cursor!: string;

  @Field(() => BigIntScalar, { description: 'Place of the first arrival in the log. Grows; gaps are normal.' })
  position!: bigint;

  @Field(() => Int, {
    nullable: true,
    description: '`event_type`: 1 push, 0 interruption, 314 relay, and others. Null where the body has none.',
  })
  eventType!: number | null;

  @Field(() => String, { nullable: true, description: '`callback_event` of a relay callback, such as `TaskStart`.' })
  callbackEvent!: string | null;

  @Field(() => ID, { nullable: true, description: 'The account: `appid` or `appId` of the body.' })
  appId!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it happened, by CSS’s clock. Null where the body carries no time.',
  })
  occurredAt!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When it first arrived, by the receiver’s clock.' })
  receivedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When its first arrival was made durable, by the log’s clock.' })
  recordedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When its latest arrival came, by the receiver’s clock.' })
  lastReceivedAt!: Date;

  @Field(() => SignatureEnum, { description: 'How its first arrival proved itself.' })
  signature!: Signature;

  @Field(() => Int, { description: 'How often it arrived. CSS retries up to 12 times, and delivers at least once.' })
  deliveries!: number;

  @Field(() => AttributionEnum, {
    nullable: true,
    description: 'How a relay callback was found to belong to its task. Null where it belongs to none.',
  })
  attribution!: Attribution | null;
}

export const CallbackRecordConnection = connectionOf(CallbackRecord, 'CallbackRecord', 'callbacks');
