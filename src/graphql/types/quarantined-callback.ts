import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Signature } from '../../domain/callback/arrival.ts';
import {
  quarantineChecks,
  quarantineReasons,
  quarantineStatuses,
  type QuarantineCheck,
  type QuarantineField,
  type QuarantineReason,
  type QuarantineStatus,
} from '../../domain/quarantine/quarantine.ts';
import type { QuarantinedEventRef } from '../../domain/quarantine/quarantine-records.ts';
import { DateTimeScalar } from '../scalars.ts';
import { SignatureEnum } from './callback-record.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';

export const QuarantineReasonEnum = enumOf<QuarantineReason>(quarantineReasons);
registerEnumType(QuarantineReasonEnum, {
  name: 'QuarantineReason',
  description: 'Why a callback is kept apart.',
  valuesConfig: {
    FORGED: { description: 'Its `sign` is right for none of the callback keys of its domain.' },
    UNPROVEN: {
      description: 'It has no `sign` and `t`, and no listed token in its URL: as relay callbacks have none.',
    },
    EXPIRED: { description: 'Its `sign` is right, but `t` was further than 900 s from the receiver’s clock.' },
    UNREADABLE: { description: 'It came with a listed token, but its body is no JSON object. It can’t be released.' },
  },
});

export const QuarantineStatusEnum = enumOf<QuarantineStatus>(quarantineStatuses);
registerEnumType(QuarantineStatusEnum, {
  name: 'QuarantineStatus',
  description: 'What was decided of a callback in quarantine.',
  valuesConfig: {
    HELD: { description: 'Nothing yet.' },
    RELEASED: { description: 'It was taken as a callback, as if it had been accepted at once.' },
    DISCARDED: { description: 'It is no callback of the account.' },
  },
});

export const QuarantineCheckEnum = enumOf<QuarantineCheck>(quarantineChecks);
registerEnumType(QuarantineCheckEnum, {
  name: 'QuarantineCheck',
  description: 'What was looked at when a callback failed.',
  valuesConfig: {
    JSON: { description: 'Whether the body is one JSON object.' },
    SIGN_PRESENT: { description: 'Whether it has `sign` and `t`.' },
    SIGN_MATCHES: { description: 'Whether `sign` is right for one of the callback keys.' },
    SIGN_OF_OTHER_DOMAIN: {
      description: 'Whether the key that `sign` is right for may sign for the `app` of the callback.',
    },
    CLOCK: { description: 'Whether `t` is within 900 s of the receiver’s clock.' },
  },
});

@ObjectType({
  description: 'Which check a callback failed: made when it arrived, with the keys and the clock of that time.',
})
export class QuarantineDiagnosis {
  @Field(() => QuarantineCheckEnum, { description: 'The check that it failed.' })
  check!: QuarantineCheck;

  @Field(() => String, {
    description: 'The field of the body that failed it: `sign`, `t`, `app`, or `body` for all of it.',
  })
  field!: QuarantineField;

  @Field(() => String, { description: 'What is wrong, in one sentence.' })
  summary!: string;

  @Field(() => String, { description: 'What to do about it.' })
  advice!: string;
}

@ObjectType({
  implements: Node,
  description:
    'A callback that is kept apart because it could not be read or did not prove itself. It is no callback, and counts in no session and no task, until it is released. Kept for 30 days.',
})
export class QuarantinedCallback implements Node {
  /** Where its body stands in the log. */
  place!: QuarantinedEventRef;

  @Field(() => ID, { description: 'Opaque; for releaseFromQuarantine and discardFromQuarantine.' })
  id!: string;

  @Field(() => QuarantineReasonEnum, { description: 'Why it is kept apart.' })
  reason!: QuarantineReason;

  @Field(() => QuarantineStatusEnum, { description: 'What was decided of it.' })
  status!: QuarantineStatus;

  @Field(() => SignatureEnum, { description: 'How it proved itself, or failed to. A release does not change it.' })
  signature!: Signature;

  @Field(() => QuarantineDiagnosis, { description: 'Which check it failed.' })
  diagnosis!: QuarantineDiagnosis;

  @Field(() => DateTimeScalar, { description: 'When it arrived, by the receiver’s clock.' })
  receivedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was made durable, by the log’s clock.' })
  recordedAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description: 'The account that the body names: `appid` or `appId`. Not proved. Null where the body is no object.',
  })
  appId!: string | null;

  @Field(() => Int, { nullable: true, description: '`event_type` of the body. Not proved.' })
  eventType!: number | null;

  @Field(() => String, { nullable: true, description: '`callback_event` of the body. Not proved.' })
  callbackEvent!: string | null;

  @Field(() => Int, { description: 'Bytes of the body.' })
  bodyBytes!: number;
}

export const QuarantinedCallbackConnection = connectionOf(
  QuarantinedCallback,
  'QuarantinedCallback',
  'quarantined callbacks',
);
