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
import { DateTimeScalar } from '../scalars.ts';
import { SignatureEnum } from './callback-record.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';

export const QuarantineReasonEnum = enumOf<QuarantineReason>(quarantineReasons);
registerEnumType(QuarantineReasonEnum, {
  name: 'QuarantineReason',
  description: 'Why a callback is in quarantine.',
  valuesConfig: {
    FORGED: { description: 'Its `sign` is not right for any of the callback keys of its domain.' },
    UNPROVEN: {
      description: 'It has no `sign` and `t`, like every relay callback, and its URL has no listed token.',
    },
    EXPIRED: { description: 'Its `sign` is right, but `t` differed by more than 900 s from the receiver’s clock.' },
    UNREADABLE: {
      description: 'Its URL has a listed token, but its body is not a JSON object. It can’t be released.',
    },
  },
});

export const QuarantineStatusEnum = enumOf<QuarantineStatus>(quarantineStatuses);
registerEnumType(QuarantineStatusEnum, {
  name: 'QuarantineStatus',
  description: 'What was decided about a callback in quarantine.',
  valuesConfig: {
    HELD: { description: 'Nothing yet.' },
    RELEASED: { description: 'It was accepted as a callback of the account.' },
    DISCARDED: { description: 'It is not a callback of the account.' },
  },
});

const QuarantineCheckEnum = enumOf<QuarantineCheck>(quarantineChecks);
registerEnumType(QuarantineCheckEnum, {
  name: 'QuarantineCheck',
  description: 'A check that a callback can fail.',
  valuesConfig: {
    JSON: { description: 'The body is one JSON object.' },
    SIGN_PRESENT: { description: 'The body has `sign` and `t`.' },
    SIGN_MATCHES: { description: '`sign` is right for one of the callback keys.' },
    SIGN_OF_OTHER_DOMAIN: {
      description: 'The key that `sign` is right for may sign for the domain in `app`.',
    },
    CLOCK: { description: '`t` is within 900 s of the receiver’s clock.' },
  },
});

@ObjectType({
  description: 'Which check a callback failed on arrival, with the keys and the clock of that time.',
})
export class QuarantineDiagnosis {
  @Field(() => QuarantineCheckEnum, { description: 'The check that it failed.' })
  check!: QuarantineCheck;

  @Field(() => String, {
    description: 'The field of the body that failed it: `sign`, `t`, `app`, or `body` for the whole body.',
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
    'A callback that was set aside because it could not be read or authenticated. Until it is released it counts in no list, no session and no task. It is removed after 30 days.',
})
export class QuarantinedCallback implements Node {
  /** Its position in the log, for the resolvers. */
  position!: bigint;

  @Field(() => ID, {
    description: 'Opaque id of this node, to pass to `releaseFromQuarantine` or `discardFromQuarantine`.',
  })
  id!: string;

  @Field(() => QuarantineReasonEnum, { description: 'Why it is in quarantine.' })
  reason!: QuarantineReason;

  @Field(() => QuarantineStatusEnum, { description: 'What was decided about it.' })
  status!: QuarantineStatus;

  @Field(() => SignatureEnum, {
    description: 'How it was authenticated, or why it was not. A release does not change it.',
  })
  signature!: Signature;

  @Field(() => QuarantineDiagnosis, { description: 'Which check it failed.' })
  diagnosis!: QuarantineDiagnosis;

  @Field(() => DateTimeScalar, { name: 'receivedAt', description: 'When it arrived, by the receiver’s clock.' })
  receivedAtMs!: number;

  @Field(() => DateTimeScalar, { name: 'recordedAt', description: 'When it became durable, by the clock of the log.' })
  recordedAtMs!: number;

  @Field(() => ID, {
    nullable: true,
    description:
      'The account that the body names: `appid` or `appId`. Not authenticated. Null if the body names none or is not an object.',
  })
  appId!: string | null;

  @Field(() => Int, { nullable: true, description: '`event_type` of the body. Not authenticated.' })
  eventType!: number | null;

  @Field(() => String, { nullable: true, description: '`callback_event` of the body. Not authenticated.' })
  callbackEvent!: string | null;

  @Field(() => Int, { description: 'Size of the body in bytes.' })
  bodyBytes!: number;
}

/** A page of what is in quarantine, by Relay's specification. */
export const QuarantinedCallbackConnection = connectionOf(
  QuarantinedCallback,
  'QuarantinedCallback',
  'quarantined callbacks',
);
