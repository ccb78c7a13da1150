import { Arg, Ctx, Mutation, Query, Resolver, Extensions, Field, Float, InputType, Int } from 'type-graphql';
import {
  type OperatorChange,
  forwardFaults,
  type FailedForward,
  type ForwardFault,
  type ForwardState,
  type ForwardTargetStatus,
} from './target.ts';
import { LedgerError } from '../kernel/errors.ts';
import { assertSameEvent, readLogCursor } from '../live/log-cursor.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { answerOnce, IdempotencyKey, type IdempotencyKeyValue } from '../api/idempotency.ts';
import {
  BigIntScalar,
  CursorScalar,
  DateTimeScalar,
  deprecated,
  enumType,
  objectType,
  orNull,
} from '../api/declare-type.ts';

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

const ForwardTargetPayload = objectType('ForwardTargetPayload', 'A target whose forwarding was changed.', {
  forwardTarget: [
    ForwardTarget,
    'The target after the change. On a node that does not forward to it, what the forwarding node last saved, with the change.',
  ],
  ...deprecated(targetFields, 'Select it in `forwardTarget`.'),
});
type ForwardTargetPayload = InstanceType<typeof ForwardTargetPayload>;

@Extensions({ oneOf: true })
@InputType('ForwardReplayStart', { description: 'Where a replay begins.' })
class ForwardReplayStartInput {
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

const rule = 'Forwarding is for operators.';

const targetArgument = { description: 'The name of a target.' };

/** Two plain lists of at most 100 entries, for one target only: hardly any other has entries, and only operators may ask. */
const listCost = 200;

@Resolver(() => ForwardTarget)
export class ForwardTargetResolver {
  @Query(() => [ForwardTarget], {
    nullable: true,
    complexity: listCost,
    description: 'The targets to which recorded callbacks are forwarded, and how far each one is. For operators.',
  })
  async forwardTargets(@Ctx() context: GraphqlContext): Promise<ForwardTarget[]> {
    assertOperator(context, rule);
    const targets = await context.ports.forwarding.targets();
    return targets.map((target) => toForwardTarget(target, () => context.ports.forwarding.setAside(target.name)));
  }

  @Mutation(() => ForwardTargetPayload, {
    nullable: true,
    complexity: listCost,
    description:
      'Stops sending to a target until `resumeForwarding`, even across restarts. Requests under way are completed. For operators.',
  })
  pauseForwarding(
    @Ctx() context: GraphqlContext,
    @Arg('target', () => String, targetArgument) target: string,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<ForwardTargetPayload> {
    return change(context, { what: 'pause', target, key });
  }

  @Mutation(() => ForwardTargetPayload, {
    nullable: true,
    complexity: listCost,
    description:
      'Resumes sending to a target from where it was paused. A target that is not paused gets the next attempt at once, even if it asked to wait (Retry-After). For operators.',
  })
  resumeForwarding(
    @Ctx() context: GraphqlContext,
    @Arg('target', () => String, targetArgument) target: string,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<ForwardTargetPayload> {
    return change(context, { what: 'resume', target, key });
  }

  @Mutation(() => ForwardTargetPayload, {
    nullable: true,
    complexity: listCost,
    description:
      'Sends everything recorded from there on, including what was sent before. A start after the position of the target skips what is between, except for callbacks that the target has failed to accept. For operators.',
  })
  replayForwarding(
    @Ctx() context: GraphqlContext,
    @Arg('target', () => String, targetArgument) target: string,
    @Arg('from', () => ForwardReplayStartInput, { description: 'Where to begin.' }) from: ForwardReplayStartInput,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<ForwardTargetPayload> {
    return change(context, { what: 'replay', target, key, from });
  }

  @Mutation(() => ForwardTargetPayload, {
    nullable: true,
    complexity: listCost,
    description:
      'Sets aside each callback that the target has failed to accept so far, so that later callbacks of the same streams are sent. For operators.',
  })
  skipForwarding(
    @Ctx() context: GraphqlContext,
    @Arg('target', () => String, targetArgument) target: string,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<ForwardTargetPayload> {
    return change(context, { what: 'skip', target, key });
  }
}

/** A change as clients ask for it; `from` belongs to a replay alone. */
interface AskedChange {
  readonly what: OperatorChange['what'];
  readonly target: string;
  readonly key: IdempotencyKeyValue;
  readonly from?: ForwardReplayStartInput;
}

async function change(
  context: GraphqlContext,
  { what, target: name, key, from = {} }: AskedChange,
): Promise<ForwardTargetPayload> {
  assertOperator(context, rule);
  const { forwarding } = context.ports;
  const isKnown = await answerOnce(context, {
    mutation: `${what}Forwarding`,
    key,
    given: { name, from },
    carryOut: () =>
      forwarding.change(
        name,
        what === 'replay' ? { what, from: readStart(from, context) } : { what },
        context.recordBegun,
      ),
    isFinal: (isTarget) => isTarget,
  });
  const target = (await forwarding.targets()).find((one) => one.name === name);
  if (isKnown && target !== undefined) {
    const forwardTarget = toForwardTarget(target, () => forwarding.setAside(name));
    return { ...forwardTarget, forwardTarget };
  }
  throw new LedgerError('BAD_USER_INPUT', 'target is not the name of a target: forwardTargets lists them.');
}

function readStart({ recordedAt, after }: ForwardReplayStartInput, { readModel, ports: { log } }: GraphqlContext) {
  if (after == null) return { recordedAtMs: recordedAt ?? 0 };
  const cursor = readLogCursor(after, log);
  if (cursor.position <= (readModel.checkpoint() ?? 0n)) assertSameEvent(cursor, log);
  return { after: cursor.position };
}
