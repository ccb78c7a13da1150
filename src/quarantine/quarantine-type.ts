import { Float, ID, Int } from 'type-graphql';
import { enumType, objectType, orNull } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import { SignatureEnum } from '../callbacks/callback-type.ts';
import { connectionOf, Node, shownFields } from '../lists/connection-type.ts';
import { filterOf } from '../lists/filters-type.ts';
import { quarantineFields, type QuarantinedRow } from './quarantine-fields.ts';
import { type QuarantineCheck, type QuarantineReason, type QuarantineStatus, explain } from './quarantine.ts';

const QuarantineReasonEnum = enumType<QuarantineReason>('QuarantineReason', 'Why a callback is in quarantine.', {
  FORGED: 'Its `sign` matches none of the callback keys of its domain.',
  UNPROVEN: 'It has no `sign` and `t`, like every relay callback, and its URL has no listed token.',
  EXPIRED: 'Its `sign` matches, but `t` differed by more than 900 s from the receiver’s clock.',
  UNREADABLE: 'Its URL has a listed token, but its body is not a JSON object. It can’t be released.',
});

const QuarantineStatusEnum = enumType<QuarantineStatus>(
  'QuarantineStatus',
  'What was decided about a callback in quarantine.',
  {
    HELD: 'Nothing was decided yet.',
    RELEASED: 'It was accepted as a callback of the account.',
    DISCARDED: 'It is not a callback of the account.',
  },
);

const QuarantineCheckEnum = enumType<QuarantineCheck>('QuarantineCheck', 'A check that a callback can fail.', {
  JSON: 'The body is one JSON object.',
  SIGN_PRESENT: 'The body has `sign` and `t`.',
  SIGN_MATCHES: '`sign` matches one of the callback keys.',
  SIGN_OF_OTHER_DOMAIN:
    'The key that `sign` matches may sign for the domain that the callback names: `app`, `domain` or the host of `to_url`.',
  CLOCK: '`t` is within 900 s of the receiver’s clock.',
});

const QuarantineDiagnosis = objectType(
  'QuarantineDiagnosis',
  'Which check a callback failed on arrival, with the keys and the clock of that time.',
  {
    check: [QuarantineCheckEnum, 'The check that it failed.'],
    field: [String, 'The field of the body that failed it: `sign`, `t`, `app`, or `body` for the whole body.'],
    summary: [String, 'What is wrong, in one sentence.'],
    advice: [String, 'What to do about it.'],
  },
);

const enums = {
  QuarantineReason: QuarantineReasonEnum,
  QuarantineStatus: QuarantineStatusEnum,
  Signature: SignatureEnum,
} as const;

/** The input by which the list for operators selects what is in quarantine. */
export const QuarantineFilter = filterOf('QuarantineFilter', 'callbacks in quarantine', quarantineFields, { enums });

export const QuarantinedCallback = objectType(
  'QuarantinedCallback',
  'A callback that was set aside because it could not be read or authenticated. Until it is released, it counts in no list, session or task. It is removed after 30 days.',
  {
    id: [ID, 'Opaque id of this node, to pass to `releaseFromQuarantine` or `discardFromQuarantine`.'],
    ...shownFields(quarantineFields, enums),
    diagnosis: [QuarantineDiagnosis, 'Which check it failed.'],
  },
  { implements: Node },
);
export type QuarantinedCallback = InstanceType<typeof QuarantinedCallback> & {
  /** Its position in the log, for the resolvers. */
  position: bigint;
};

export const QuarantineShare = objectType(
  'QuarantineShare',
  'How full the quarantine of one reason is. Once it is full, whoever has sent most loses the oldest callback; nobody displaces what others sent.',
  {
    reason: [QuarantineReasonEnum, 'The reason.'],
    events: [Int, 'Callbacks in quarantine for this reason, also those already decided.'],
    bytes: [Float, 'Bytes that they use on the disk.'],
    bytesMax: [Float, 'Bytes that they may use.'],
    fullInSeconds: [
      orNull(Float),
      'Seconds until it is full at the rate of the last five minutes. 0 if it is full. Null if nothing arrived in that time.',
    ],
  },
);
export type QuarantineShare = InstanceType<typeof QuarantineShare>;

/** A page of callbacks in quarantine, by Relay's specification. */
export const QuarantinedCallbackConnection = connectionOf(
  QuarantinedCallback,
  'QuarantinedCallback',
  'quarantined callbacks',
);

const QuarantineOutcomeEnum = enumType(
  'QuarantineOutcome',
  'The outcome of a decision on one callback. Only RELEASED and DISCARDED changed anything.',
  {
    RELEASED: 'It is now released. This is durable.',
    DISCARDED: 'It is now discarded. This is durable.',
    ALREADY_RELEASED: 'It was already released. A release can’t be undone.',
    ALREADY_DISCARDED: 'It was already discarded. A discard can’t be undone.',
    UNREADABLE: 'Its body is not a JSON object, so it can be discarded but not released.',
    NOT_FOUND: 'No such callback is in quarantine, or it was removed.',
    NOT_STORED: 'The log could not store the decision. Try again.',
  },
);
export type QuarantineOutcome = keyof typeof QuarantineOutcomeEnum;

export const QuarantineDecision = objectType(
  'QuarantineDecision',
  'The result of a decision on one callback in quarantine.',
  {
    id: [ID, 'Id of this decision, for the caches of clients. Nothing can be looked up by it.'],
    callbackId: [ID, 'The id of the callback, as given.'],
    outcome: [QuarantineOutcomeEnum, 'What the decision changed, or why it changed nothing.'],
    message: [String, 'The outcome in words.'],
    quarantinedCallback: [
      orNull(QuarantinedCallback),
      'The callback after the decision. Null if there is none.',
      { formerly: 'callback' },
    ],
  },
);
export type QuarantineDecision = InstanceType<typeof QuarantineDecision>;

/** A row of the read model as an object of the schema, with its diagnosis explained in words. */
export function toQuarantinedCallback(row: QuarantinedRow): QuarantinedCallback {
  const { position, eventId, diagnosis } = row;
  return {
    ...row,
    id: writeNodeId({ type: 'QuarantinedCallback', position, eventId }),
    diagnosis: { ...diagnosis, ...explain(diagnosis) },
  };
}
