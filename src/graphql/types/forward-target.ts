import { Field, Float, Int, InputType } from 'type-graphql';
import type { ForwardFault, ForwardState } from '../../domain/forwarding/forwarding-control.ts';
import { BigIntScalar, CursorScalar, DateTimeScalar } from '../scalars.ts';
import { enumType, objectType, orNull } from './declare.ts';

const ForwardFaultEnum = enumType<ForwardFault>('ForwardFault', 'Why an attempt to forward a callback failed.', {
  HTTP_3XX: 'A redirect, which is never followed: set the URL that it leads to.',
  HTTP_4XX: 'The target refused it with a status from 400 to 499.',
  HTTP_5XX: 'The target failed with a status from 500 on.',
  TIMEOUT: 'No connection within 5 seconds, or no answer within 20.',
  CONNECTION: 'The connection was refused, or broke before the answer.',
  NAME: 'The host name could not be resolved.',
  TLS: 'No encrypted connection, for example because the certificate is not valid.',
  ADDRESS_REFUSED: 'The host has no address that `FORWARD_ALLOW` allows. Nothing was sent.',
  REFUSED: 'The answer has a status of success, and says that it was not taken: of chat tools only.',
  DAMAGED: 'The event in the log is not what was recorded. It is set aside at once.',
});

const ForwardStateEnum = enumType<ForwardState>('ForwardState', 'What forwarding to a target does.', {
  RUNNING: 'Callbacks are sent as they are recorded.',
  FAILING: 'The last 20 attempts or more have failed: one at a time is made, at most 60 seconds apart.',
  PAUSED: 'An operator has paused it. Nothing is lost: the log has everything.',
});

const ForwardFailure = objectType('ForwardFailure', 'A callback, or a message of alerts, that a target did not take.', {
  position: [BigIntScalar, 'Its position in the log.'],
  attempts: [Int, 'Attempts that have failed.'],
  firstFailedAtMs: [DateTimeScalar, 'When the first of them failed.'],
  lastFailedAtMs: [DateTimeScalar, 'When the last of them failed.'],
  fault: [ForwardFaultEnum, 'Why the last of them failed.'],
});

const ForwardFaultCount = objectType('ForwardFaultCount', 'How many attempts have failed for one reason.', {
  fault: [ForwardFaultEnum, 'The reason.'],
  attempts: [Float, 'Attempts since the service was started.'],
});

export const ForwardTarget = objectType(
  'ForwardTarget',
  'Where recorded callbacks are sent on to, or messages of alerts. URL, headers and key of the target are not shown: they may contain secrets.',
  {
    name: [String, 'Its name in the settings; without one, its host and a digest of its URL.'],
    state: [ForwardStateEnum, 'What forwarding to it does.'],
    isActiveHere: [
      Boolean,
      'Whether the node that answers forwards to it: with EventStoreDB one node at a time does. On another one `attempts`, `delivered` and `failures` are those of that node, and the rest is what was saved last.',
    ],
    position: [
      BigIntScalar,
      'Position in the log up to which everything is done: taken, set aside, or not for this target.',
    ],
    lagEvents: [Float, 'Events of the log that are not done. Where the target has a filter, an upper bound.'],
    lagMs: [Float, 'Milliseconds since the oldest of them was recorded. 0 if everything is done.'],
    attempts: [Float, 'Requests to the target since the service was started.'],
    delivered: [Float, 'Callbacks, or messages, that the target took since the service was started.'],
    failures: [[ForwardFaultCount], 'Failed attempts since the service was started, by reason.'],
    lastFault: [
      orNull(ForwardFaultEnum),
      'Why the last attempt that failed did. Null if none has since the service was started.',
    ],
    lastFailedAtMs: [orNull(DateTimeScalar), 'When it failed.'],
    retrying: [
      [ForwardFailure],
      'Callbacks, or messages, that have failed and are tried again, the oldest first, at most 100.',
    ],
    setAsideTotal: [Float, 'Callbacks, or messages, that were set aside since the target was set up.'],
    setAside: [
      [ForwardFailure],
      'Callbacks, or messages, that were given up, the newest first, at most 100. A replay of forwarding sends callbacks again.',
    ],
  },
);
export type ForwardTarget = InstanceType<typeof ForwardTarget>;

@InputType('ForwardReplayStart', { description: 'Where a replay begins. Exactly one of the fields must be set.' })
export class ForwardReplayStartInput {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'With the first event that was recorded at this time or later.',
  })
  recordedAt?: number | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'After this cursor of the log: the `cursor` of a callback, or the `liveFrom` of a list.',
  })
  after?: string | null;
}
