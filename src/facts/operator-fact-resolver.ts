import { Arg, Args, ArgsType, Ctx, Extensions, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import {
  isSameStatement,
  type FactNotRecorded,
  factEventsMax,
  type FactEvent,
  type FactSubject,
  type OperatorFact as Fact,
  type RecordedFact,
} from './operator-fact-events.ts';
import { sessionViewOf } from '../sessions/stream-session-view.ts';
import { LedgerError } from '../kernel/errors.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { IdempotencyKey, keyUsedOtherwise, operationIdOf, type IdempotencyKeyValue } from '../api/idempotency.ts';
import { whileReadable } from '../api/mutation-answer-events.ts';
import { withoutRules } from '../lists/list-args-type.ts';
import { readFactId, readNodeId } from '../api/node-id.ts';
import { DateTimeScalar, deprecationOf } from '../api/declare-type.ts';
import {
  AddNotePayload,
  CloseStreamSessionPayload,
  toFactPayload,
  WithdrawFactPayload,
  type OperatorFactPayload,
} from './operator-fact-type.ts';
import { sessionBySequence } from '../sessions/stream-session-resolver.ts';

const rule = 'Only operators may state facts.';

/** Characters of a reason or a note: a paragraph, so that a page with all of them stays small. */
const textLengthMax = 2_000;

const textOptions = { description: `1 to ${textLengthMax} characters.` };

@InputType({ description: 'A stream session as CSS names it.' })
class StreamSessionKey {
  @Field(() => ID, { description: 'Its sequence.' })
  sequence!: string;

  @Field(() => ID, { nullable: true, description: 'Its account, if several use the same sequence.' })
  appId?: string | null;
}

@Extensions({ oneOf: true })
@InputType({ description: 'Names one stream session.' })
class StreamSessionChoice {
  @Field(() => ID, { nullable: true, description: '`id` of the stream session.' })
  id?: string | null;

  @Field(() => StreamSessionKey, { nullable: true, description: 'Its sequence, and its account if need be.' })
  key?: StreamSessionKey | null;
}

const deprecationReason = deprecationOf('Name the session in `session`.');

@ArgsType()
class CloseStreamSessionArgs {
  @Field(() => StreamSessionChoice, {
    nullable: true,
    description: 'The session, which has not ended. Must be set unless one of the deprecated `id` and `sequence` is.',
  })
  session?: StreamSessionChoice | null;

  @Field(() => ID, { nullable: true, deprecationReason, description: '`id` of the stream session.' })
  id?: string | null;

  @Field(() => ID, { nullable: true, deprecationReason, description: 'Its sequence, instead of `id`.' })
  sequence?: string | null;

  @Field(() => ID, { nullable: true, deprecationReason, description: 'Its account, beside `sequence`.' })
  appId?: string | null;

  @Field(() => String, textOptions)
  reason!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When it ended, if known: not before it began, and not in the future; its part of a second is ignored. If left out, it counts as pushing until it was closed, but at most until the next session of its stream began.',
  })
  endedAt?: number | null;
}

@Resolver()
export class OperatorFactResolver {
  @Mutation(() => CloseStreamSessionPayload, {
    nullable: true,
    complexity: ({ childComplexity }) => 1 + childComplexity,
    description:
      'States that a session has ended although its interruption is lost. For operators. Its state becomes CLOSED until its interruption arrives after all or the fact is withdrawn. Durable once answered.',
  })
  async closeStreamSession(
    @Ctx() context: GraphqlContext,
    @Args(() => CloseStreamSessionArgs, withoutRules) args: CloseStreamSessionArgs,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<OperatorFactPayload> {
    const { session } = sessionToClose(context, args);
    const { reason, endedAt: endedAtMs } = args;
    const subject = { type: 'StreamSession', appId: session.appId, key: session.sequence } as const;
    const closure = { kind: 'CLOSED', subject, text: reason, endedAtMs: endedAtMs ?? null } as const;
    return state(context, closure, operationIdOf(context, 'closeStreamSession', key), () => {
      const { ended, startedAtMs } = sessionViewOf(session);
      if (ended) throw new LedgerError('BAD_USER_INPUT', 'The session has ended: its interruption has arrived.');
      const nowMs = context.ports.clock();
      if (endedAtMs == null || (endedAtMs >= (startedAtMs ?? 0) && endedAtMs <= nowMs)) return;
      throw new LedgerError('BAD_USER_INPUT', 'endedAt must not be before the session began, nor in the future.');
    });
  }

  @Mutation(() => AddNotePayload, {
    nullable: true,
    complexity: ({ childComplexity }) => 1 + childComplexity,
    description:
      'Adds a note to a stream session or a relay task. For operators; everybody can read it. Durable once answered.',
  })
  async addNote(
    @Ctx() context: GraphqlContext,
    @Arg('id', () => ID, { description: '`id` of a stream session or a relay task.' }) id: string,
    @Arg('text', () => String, textOptions) text: string,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<OperatorFactPayload> {
    const note = { kind: 'NOTE', subject: subjectOf(context, id), text, endedAtMs: null } as const;
    return state(context, note, operationIdOf(context, 'addNote', key));
  }

  @Mutation(() => WithdrawFactPayload, {
    nullable: true,
    complexity: ({ childComplexity }) => 1 + childComplexity,
    description:
      'Withdraws a fact by adding another one: both stay in the log and are listed. For operators. A session that no other fact closes returns to its previous state. Repeating it changes nothing.',
  })
  async withdrawFact(
    @Ctx() context: GraphqlContext,
    @Arg('id', () => ID, { description: '`id` of a fact.' }) id: string,
    @Arg('reason', () => String, textOptions) reason: string,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<OperatorFactPayload> {
    assertOperator(context, rule);
    const ref = readFactId(id);
    const found = ref === null ? null : context.readModel.operatorFacts.at(ref);
    if (found === null) throw new LedgerError('BAD_USER_INPUT', 'id is not that of a fact of an operator.');
    const { subject, fact } = found;
    const operationId = operationIdOf(context, 'withdrawFact', key);
    const withdrawn = { kind: 'WITHDRAWN', subject, withdraws: fact.eventId, text: reason } as const;
    const first = await firstOf(context, withdrawn, operationId);
    if (first === null && fact.withdrawal !== null) {
      return toFactPayload(context, { subject, fact, position: fact.position });
    }
    const withdrawal = first ?? (await record(context, withdrawn, operationId));
    return toFactPayload(context, { subject, fact: { ...fact, withdrawal }, position: withdrawal.position });
  }
}

/** The session to close, by its id or as CSS names it. */
function sessionToClose(context: GraphqlContext, { session, id, sequence, appId }: CloseStreamSessionArgs) {
  assertOperator(context, rule);
  const { readModel } = context;
  const loose = [...(id == null ? [] : [{ id }]), ...(sequence == null ? [] : [{ key: { sequence, appId } }])];
  const [named = null, ...others] = session == null ? loose : [session, ...loose];
  if (named === null || others.length > 0 || (appId != null && sequence == null)) {
    throw new LedgerError('BAD_USER_INPUT', 'Name the session in `session` alone: by id, or by its key.');
  }
  if ('key' in named && named.key != null) {
    const found = sessionBySequence(readModel, named.key.sequence, named.key.appId ?? null);
    if (found === undefined) throw new LedgerError('BAD_USER_INPUT', 'There is no stream session with this sequence.');
    return found;
  }
  const { type, key, appId: account } = subjectOf(context, named.id ?? '');
  const [row] = type === 'StreamSession' ? readModel.streamSessionsBySequence(key, account, 1) : [];
  if (row === undefined) throw new LedgerError('BAD_USER_INPUT', 'id must be that of a stream session.');
  return row;
}

type ToState<Event> = Event extends unknown ? Omit<Event, 'by' | 'atMs'> : never;

/** `assertPossible` is called before a fact is recorded for the first time. */
async function state(
  context: GraphqlContext,
  fact: Omit<Fact, 'position' | 'eventId' | 'by' | 'atMs' | 'withdrawal'> & { readonly subject: FactSubject },
  operationId: string | null,
  assertPossible?: () => void,
): Promise<OperatorFactPayload> {
  const first = await firstOf(context, fact, operationId);
  if (first === null) {
    assertPossible?.();
    if (context.readModel.operatorFacts.countOf(fact.subject) >= factEventsMax) {
      throw new LedgerError('BAD_USER_INPUT', `It already has ${factEventsMax} facts, the maximum.`);
    }
  }
  const { position, eventId, by, atMs } = first ?? (await record(context, fact, operationId));
  const recorded = { ...fact, position, eventId, by, atMs, withdrawal: null };
  return toFactPayload(context, { subject: fact.subject, fact: recorded, position });
}

/** The fact that was recorded first with this operation id; null if none was, or without an id. */
async function firstOf(context: GraphqlContext, fact: ToState<FactEvent>, operationId: string | null) {
  if (operationId === null) return null;
  const first = await whileReadable(() => context.ports.operatorFacts.find(operationId));
  if (first === null) return null;
  const same = sameStatement(first, fact);
  // Its event says who has stated it.
  context.eventsWithAuthor += 1;
  return same;
}

/** @throws LedgerError - BAD_USER_INPUT: what was recorded states something else */
function sameStatement(recorded: RecordedFact, fact: ToState<FactEvent>): RecordedFact {
  const { by, atMs } = recorded;
  if (!isSameStatement(recorded, { ...fact, by, atMs })) throw keyUsedOtherwise();
  return recorded;
}

async function record(context: GraphqlContext, fact: ToState<FactEvent>, operationId: string | null) {
  const { clock, operatorFacts } = context.ports;
  if (fact.text.trim() === '' || fact.text.length > textLengthMax) {
    throw new LedgerError('BAD_USER_INPUT', `A reason or a note must have 1 to ${textLengthMax} characters.`);
  }
  const { author } = context.request;
  const recorded = await operatorFacts.record({ ...fact, by: author.name, atMs: clock() }, author, operationId);
  if (typeof recorded === 'string') throw new LedgerError('STORE_UNAVAILABLE', notRecorded[recorded]);
  context.eventsWithAuthor += 1;
  return sameStatement(recorded, fact);
}

const notRecorded: Readonly<Record<FactNotRecorded, string>> = {
  NOT_STORED: 'The log could not store it; nothing was changed.',
  MAY_BE_STORED:
    'The log did not confirm it in time: it may be stored, or not. Look whether operatorFacts has it, and repeat it if not. With an idempotencyKey, just repeat it.',
};

/** The session or task that an id names, if it exists. */
function subjectOf(context: GraphqlContext, id: string): FactSubject {
  assertOperator(context, rule);
  const { readModel } = context;
  const node = readNodeId(id);
  if (node?.type === 'StreamSession') {
    const { type, appId, sequence: key } = node;
    if (readModel.streamSessionsBySequence(key, appId, 1).length > 0) return { type, appId, key };
  }
  if (node?.type === 'RelayTask') {
    const { type, appId, taskId: key } = node;
    if (readModel.relay.tasksByTaskId(key, appId, 1).length > 0) return { type, appId, key };
  }
  throw new LedgerError('BAD_USER_INPUT', 'id is not that of a stream session or a relay task.');
}
