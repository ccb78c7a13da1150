import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { signatures, type Signature } from '../../domain/callback/arrival.ts';
import { callbackKinds, type CallbackKind } from '../../domain/callback/callback-kind.ts';
import type { Attribution } from '../../domain/relay-task/relay-runs.ts';
import type { ReadModelReader } from '../../read-models/read-model-reader.ts';
import type { CallbackRow } from '../../read-models/rows.ts';
import { BigIntScalar, CursorScalar, DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';
import { AttributionEnum } from './relay-task.ts';

export const SignatureEnum = enumOf<Signature>(signatures);
registerEnumType(SignatureEnum, {
  name: 'Signature',
  description: 'How a callback was authenticated, or why it was not.',
  valuesConfig: {
    VALID: {
      description: '`sign` is right for one of the callback keys, and `t` is within 900 s of the receiver’s clock.',
    },
    EXPIRED: { description: '`sign` is right, but `t` differs by more than 900 s from the receiver’s clock.' },
    INVALID: { description: '`sign` is not right for any of the callback keys.' },
    UNSIGNED: { description: 'The callback has no `sign` and `t`, and its URL has no listed token.' },
    TOKEN: { description: 'The callback URL ends in a listed token; `sign` was not checked.' },
    NOT_CHECKED: { description: 'The receiver had neither keys nor tokens to check with.' },
  },
});

const CallbackKindEnum = enumOf<CallbackKind>(callbackKinds);
registerEnumType(CallbackKindEnum, {
  name: 'CallbackKind',
  description:
    'What a callback is about: the documented values of `event_type`. All but the first three are only recorded.',
  valuesConfig: {
    INTERRUPTION: { description: '`event_type` 0: a push ended.' },
    PUSH: { description: '`event_type` 1: a push began.' },
    RELAY: { description: '`event_type` 314: something happened to a relay task; see `callbackEvent`.' },
    RECORDING: { description: '`event_type` 100: a recording was saved.' },
    SCREENSHOT: { description: '`event_type` 200: a screenshot was saved.' },
    AUDIO_AUDIT: { description: '`event_type` 315: a moderation of sound.' },
    IMAGE_AUDIT: { description: '`event_type` 317: a moderation of images.' },
    PUSH_ERROR: { description: '`event_type` 321: an error of a push.' },
    MONITORING: { description: '`event_type` 328: a monitor of streams.' },
    RECORDING_STATUS: { description: '`event_type` 332: a recording began, paused or ended.' },
    SUBTITLES: { description: '`event_type` 338: subtitles.' },
    ABNORMAL_RECORDING: { description: '`event_type` 341: a recording went wrong.' },
    QUALITY: { description: '`event_type` 343 to 345: the quality of a stream.' },
    ERASING: { description: '`event_type` 347: erasing.' },
    SUMMARY: { description: '`event_type` 348: a summary.' },
    HIGHLIGHT: { description: '`event_type` 349: a highlight.' },
    OTHER: { description: 'Any other `event_type`, or none.' },
  },
});

@ObjectType({
  implements: Node,
  description:
    'A callback, as of its first arrival. Bodies that differ only in `t` and `sign` are the same callback; each arrival of it is a delivery.',
})
export class CallbackRecord implements Node, CallbackRow {
  /** Rows of its stream session and of its relay task, for the resolvers. */
  past?: ReadModelReader;
  sessionId!: number | null;
  taskRow!: number | null;

  @Field(() => ID, { description: 'Opaque id of this node. It never changes.' })
  id!: string;

  @Field(() => CursorScalar, { description: 'A log cursor right after this callback.' })
  cursor!: string;

  @Field(() => BigIntScalar, { description: 'Position of the first arrival in the log. It grows; gaps are normal.' })
  position!: bigint;

  @Field(() => Int, {
    nullable: true,
    description: '`event_type`: 1 push, 0 interruption, 314 relay, or another. Null if the body has none.',
  })
  eventType!: number | null;

  @Field(() => CallbackKindEnum, { description: 'What it is about, by `eventType`.' })
  kind!: CallbackKind;

  @Field(() => String, {
    nullable: true,
    description: '`callback_event` of a relay callback, such as `TaskStart`. Null if the body has none.',
  })
  callbackEvent!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The account: `appid` or `appId` of the body. Null if the body has none.',
  })
  appId!: string | null;

  @Field(() => DateTimeScalar, {
    name: 'occurredAt',
    nullable: true,
    description: 'When it happened, by CSS’s clock. Null if the body has no time.',
  })
  occurredAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'receivedAt',
    description: 'When it first arrived, by the receiver’s clock.',
  })
  receivedAtMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'recordedAt',
    description: 'When its first arrival became durable, by the clock of the log.',
  })
  recordedAtMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'lastReceivedAt',
    description: 'When it last arrived, by the receiver’s clock.',
  })
  lastReceivedAtMs!: number;

  @Field(() => SignatureEnum, { description: 'How its first arrival was authenticated.' })
  signature!: Signature;

  @Field(() => Int, {
    description: 'How often it arrived. CSS delivers at least once, and retries up to 12 times.',
  })
  deliveries!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'The stream of its session, or that its task pushes to. For callbacks with neither, `stream_id` of the body. Null if unknown.',
  })
  streamId!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The domain of its session, or that its task pushes to. For callbacks with neither, `app` of the body. Null if unknown.',
  })
  domain!: string | null;

  @Field(() => ID, { nullable: true, description: 'The relay task that it belongs to. Null for other callbacks.' })
  taskId!: string | null;

  @Field(() => AttributionEnum, {
    nullable: true,
    description: 'How a relay callback was matched to its task. Null for callbacks without a task.',
  })
  attribution!: Attribution | null;
}

/** A page of recorded callbacks, by Relay's specification. */
export const CallbackRecordConnection = connectionOf(CallbackRecord, 'CallbackRecord', 'callbacks');
