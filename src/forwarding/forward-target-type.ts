import { Extensions, Field, Float, InputType, Int } from 'type-graphql';
import {
  BigIntScalar,
  CursorScalar,
  DateTimeScalar,
  deprecated,
  enumType,
  objectType,
  orNull,
} from '../api/declare-type.ts';
import {
  forwardFaults,
  type FailedForward,
  type ForwardFault,
  type ForwardState,
  type ForwardTargetStatus,
} from './target.ts';

const ForwardFaultEnum = enumType<ForwardFault>('ForwardFault', 'Why an attempt to forward a callback failed.', {
  HTTP_3XX: 'A redirect. Redirects are never followed: set the URL that it leads to.',
  HTTP_4XX: 'The target refused the request with a status from 400 to 499.',
  HTTP_5XX: 'The target failed with a status from 500 on.',
  TIMEOUT: 'No connection within 5 seconds, or no answer within 20.',
  CONNECTION: 'The connection was refused, or broke before the answer.',
  NAME: 'The host name could not be resolved.',
  TLS: 'No encrypted connection, for example because the certificate is not valid.',
  ADDRESS_REFUSED: 'The host has no address that `FORWARD_ALLOW` allows. Nothing was sent.',
  REFUSED: 'The answer has a success status but says that the message was not accepted. Chat tools only.',
  DAMAGED: 'The event in the log is not what was recorded. It is set aside at once.',
});

const ForwardStateEnum = enumType<ForwardState>('ForwardState', 'What forwarding to a target does.', {
  RUNNING: 'Callbacks are sent as they are recorded.',
  FAILING: 'At least the last 20 attempts failed. The target gets one attempt at a time, at most 60 seconds apart.',
  PAUSED: 'An operator has paused it. Nothing is lost: the log has everything.',
});

const ForwardFailure = objectType('ForwardFailure', 'A callback, or an alert message, that a target did not accept.', {
  position: [BigIntScalar, 'Its position in the log.'],
  attempts: [Int, 'The number of failed attempts.'],
  firstFailedAtMs: [DateTimeScalar, 'When the first attempt failed.'],
  lastFailedAtMs: [DateTimeScalar, 'When the last attempt failed.'],
  fault: [ForwardFaultEnum, 'Why the last attempt failed.'],
});

const ForwardFaultCount = objectType('ForwardFaultCount', 'How many attempts failed for one reason.', {
  fault: [ForwardFaultEnum, 'The reason.'],
  attempts: [Float, 'Attempts since the service started.'],
});

const targetFields = {
  name: [String, 'Its name in the settings, or its host and a digest of its URL if it has no name.'],
  state: [ForwardStateEnum, 'What forwarding to it does.'],
  isActiveHere: [
    Boolean,
    'Whether the answering node forwards to it; with EventStoreDB, one node at a time does. On other nodes `attempts`, `delivered` and `failures` are those of the node itself, and the rest is what the forwarding node last saved.',
  ],
  position: [
    BigIntScalar,
    'Position in the log up to which everything is done: accepted, set aside, or not meant for this target.',
  ],
  lagEvents: [Float, 'Events of the log that are not done yet. An upper bound if the target has a filter.'],
  lagMs: [Float, 'Milliseconds since the oldest of these events was recorded. 0 if everything is done.'],
  attempts: [Float, 'Requests to the target since the service started.'],
  delivered: [Float, 'Callbacks, or messages, that the target has accepted since the service started.'],
  failures: [[ForwardFaultCount], 'Failed attempts since the service started, by reason.'],
  lastFault: [
    orNull(ForwardFaultEnum),
    'Why the last failed attempt failed. Null if none has failed since the service started.',
  ],
  lastFailedAtMs: [
    orNull(DateTimeScalar),
    'When the last failed attempt failed. Null if none has failed since the service started.',
  ],
  retrying: [
    [ForwardFailure],
    'Callbacks, or messages, that failed and wait for another attempt, the oldest first, at most 100.',
  ],
  setAsideTotal: [Float, 'Callbacks, or messages, that were set aside since the target was set up.'],
  setAside: [
    [ForwardFailure],
    'Callbacks, or messages, that were set aside, the newest first, at most 100. A replay of forwarding sends callbacks again.',
  ],
} as const;

export const ForwardTarget = objectType(
  'ForwardTarget',
  'A target to which recorded callbacks, or alert messages, are sent. Its URL, headers and key are not shown, because they may contain secrets.',
  targetFields,
);
export type ForwardTarget = InstanceType<typeof ForwardTarget>;

export const ForwardTargetPayload = objectType('ForwardTargetPayload', 'A target whose forwarding was changed.', {
  forwardTarget: [
    ForwardTarget,
    'The target after the change. On a node that does not forward to it, what the forwarding node last saved, with the change.',
  ],
  ...deprecated(targetFields, 'Select it in `forwardTarget`.'),
});
export type ForwardTargetPayload = InstanceType<typeof ForwardTargetPayload>;

@Extensions({ oneOf: true })
@InputType('ForwardReplayStart', { description: 'Where a replay begins.' })
export class ForwardReplayStartInput {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'At the first event recorded at or after this time.',
  })
  recordedAt?: number | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'After this log cursor: the `cursor` of a callback, or the `liveFrom` of a list.',
  })
  after?: string | null;
}

/** A target of forwarding, or of alerts. `setAside` is called when its list is selected. */
export function toForwardTarget(target: ForwardTargetStatus, setAside: () => readonly FailedForward[]): ForwardTarget {
  const { failures, lastFailure, ...shown } = target;
  return {
    ...shown,
    failures: forwardFaults.map((fault) => ({ fault, attempts: failures[fault] })),
    lastFault: lastFailure?.fault ?? null,
    lastFailedAtMs: lastFailure?.atMs ?? null,
    get setAside() {
      return setAside();
    },
  };
}
