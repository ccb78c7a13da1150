import { Field, Float, Int, InputType, ObjectType, registerEnumType } from 'type-graphql';
import {
  forwardFaults,
  forwardStates,
  type FailedForward,
  type ForwardFault,
  type ForwardState,
} from '../../domain/forwarding/forwarding-control.ts';
import { BigIntScalar, CursorScalar, DateTimeScalar } from '../scalars.ts';
import { enumOf } from './enum-of.ts';

const ForwardFaultEnum = enumOf<ForwardFault>(forwardFaults);
registerEnumType(ForwardFaultEnum, {
  name: 'ForwardFault',
  description: 'Why an attempt to forward a callback failed.',
  valuesConfig: {
    HTTP_3XX: { description: 'A redirect, which is never followed: set the URL that it leads to.' },
    HTTP_4XX: { description: 'The target refused it with a status from 400 to 499.' },
    HTTP_5XX: { description: 'The target failed with a status from 500 on.' },
    TIMEOUT: { description: 'No connection within 5 seconds, or no answer within 20.' },
    CONNECTION: { description: 'The connection was refused, or broke before the answer.' },
    NAME: { description: 'The host name could not be resolved.' },
    TLS: { description: 'No encrypted connection, for example because the certificate is not valid.' },
    ADDRESS_REFUSED: { description: 'The host has no address that `FORWARD_ALLOW` allows. Nothing was sent.' },
    REFUSED: { description: 'The answer has a status of success, and says that it was not taken: of chat tools only.' },
    DAMAGED: { description: 'The event in the log is not what was recorded. It is set aside at once.' },
  },
});

const ForwardStateEnum = enumOf<ForwardState>(forwardStates);
registerEnumType(ForwardStateEnum, {
  name: 'ForwardState',
  description: 'What forwarding to a target does.',
  valuesConfig: {
    RUNNING: { description: 'Callbacks are sent as they are recorded.' },
    FAILING: {
      description: 'The last 20 attempts or more have failed: one at a time is made, at most 60 seconds apart.',
    },
    PAUSED: { description: 'An operator has paused it. Nothing is lost: the log has everything.' },
  },
});

@ObjectType({ description: 'A callback, or a message of alerts, that a target did not take.' })
export class ForwardFailure implements FailedForward {
  @Field(() => BigIntScalar, { description: 'Its position in the log.' })
  position!: bigint;

  @Field(() => Int, { description: 'Attempts that have failed.' })
  attempts!: number;

  @Field(() => DateTimeScalar, { name: 'firstFailedAt', description: 'When the first of them failed.' })
  firstFailedAtMs!: number;

  @Field(() => DateTimeScalar, { name: 'lastFailedAt', description: 'When the last of them failed.' })
  lastFailedAtMs!: number;

  @Field(() => ForwardFaultEnum, { description: 'Why the last of them failed.' })
  fault!: ForwardFault;
}

@ObjectType({ description: 'How many attempts have failed for one reason.' })
export class ForwardFaultCount {
  @Field(() => ForwardFaultEnum, { description: 'The reason.' })
  fault!: ForwardFault;

  @Field(() => Float, { description: 'Attempts since the service was started.' })
  attempts!: number;
}

@ObjectType({
  description:
    'Where recorded callbacks are sent on to, or messages of alerts. URL, headers and key of the target are not shown: they may contain secrets.',
})
export class ForwardTarget {
  @Field(() => String, { description: 'Its name in the settings; without one, its host and a digest of its URL.' })
  name!: string;

  @Field(() => ForwardStateEnum, { description: 'What forwarding to it does.' })
  state!: ForwardState;

  @Field(() => Boolean, {
    description:
      'Whether the node that answers forwards to it: with EventStoreDB one node at a time does. On another one `attempts`, `delivered` and `failures` are those of that node, and the rest is what was saved last.',
  })
  isActiveHere!: boolean;

  @Field(() => BigIntScalar, {
    description: 'Position in the log up to which everything is done: taken, set aside, or not for this target.',
  })
  position!: bigint;

  @Field(() => Float, {
    description: 'Events of the log that are not done. Where the target has a filter, an upper bound.',
  })
  lagEvents!: number;

  @Field(() => Float, { description: 'Milliseconds since the oldest of them was recorded. 0 if everything is done.' })
  lagMs!: number;

  @Field(() => Float, { description: 'Requests to the target since the service was started.' })
  attempts!: number;

  @Field(() => Float, { description: 'Callbacks, or messages, that the target took since the service was started.' })
  delivered!: number;

  @Field(() => [ForwardFaultCount], { description: 'Failed attempts since the service was started, by reason.' })
  failures!: readonly ForwardFaultCount[];

  @Field(() => ForwardFaultEnum, {
    nullable: true,
    description: 'Why the last attempt that failed did. Null if none has since the service was started.',
  })
  lastFault!: ForwardFault | null;

  @Field(() => DateTimeScalar, { name: 'lastFailedAt', nullable: true, description: 'When it failed.' })
  lastFailedAtMs!: number | null;

  @Field(() => [ForwardFailure], {
    description: 'Callbacks, or messages, that have failed and are tried again, the oldest first, at most 100.',
  })
  retrying!: readonly ForwardFailure[];

  @Field(() => Float, { description: 'Callbacks, or messages, that were set aside since the target was set up.' })
  setAsideTotal!: number;

  @Field(() => [ForwardFailure], {
    description:
      'Callbacks, or messages, that were given up, the newest first, at most 100. A replay of forwarding sends callbacks again.',
  })
  setAside!: readonly ForwardFailure[];
}

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
