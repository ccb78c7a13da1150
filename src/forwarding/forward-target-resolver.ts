import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { OperatorChange } from './target.ts';
import { LedgerError } from '../kernel/errors.ts';
import { assertSameEvent, readLogCursor } from '../live/log-cursor.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { answerOnce, IdempotencyKey, type IdempotencyKeyValue } from '../api/idempotency.ts';
import {
  ForwardReplayStartInput,
  ForwardTarget,
  ForwardTargetPayload,
  toForwardTarget,
} from './forward-target-type.ts';

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
