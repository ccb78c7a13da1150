import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { accountsNamedMax, type GraphqlContext } from '../api/context.ts';
import { explanationComplexity, innerListComplexity, innerListMax, pageCost, selectsField } from '../api/cost.ts';
import { DateTimeScalar } from '../api/declare-type.ts';
import { FieldExplanation, toFieldExplanations } from '../api/explanation-type.ts';
import {
  CallbackRecordConnection,
  toCallbackRecord,
  type CallbackRecord,
  SessionTimeline,
  TimelineArgs,
  timelineCost,
  timelineEntriesDefault,
} from '../callbacks/callback-type.ts';
import { interpret } from '../callbacks/callback.ts';
import { digestOf } from '../callbacks/identity.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import { OperatorFact, operatorFactsDescription, operatorFactsOf } from '../facts/operator-fact-type.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Conclusion } from '../kernel/sureness.ts';
import { asOfCost, assertPresent, momentOf, StreamSessionArgs, type AsOf } from '../lists/as-of-type.ts';
import { callbacksOf, connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/conditions.ts';
import {
  listArgsOf,
  orderOf,
  ordersOf,
  PageArgs,
  pageNodesMax,
  toListOrder,
  withoutRules,
  type ListArgs,
} from '../lists/list-args-type.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { CallbackRow } from '../callbacks/callback-fields.ts';
import { explainedFields, explainSession, type OfferingCallback } from './session-explanation.ts';
import { streamSessionFields, type StreamSessionOrder, type ListedStreamSession } from './stream-session-fields.ts';
import {
  SessionAccount,
  silentAfterArg,
  StreamSession,
  StreamSessionConnection,
  StreamSessionFilter,
  toStreamSession,
} from './stream-session-type.ts';
import { isSilentSince } from './stream-session-view.ts';
import { isSessionCallback, unknownAccount } from './stream-session.ts';

/** The newest sessions of a domain that are examined for their accounts: well below a millisecond. */
const domainSessionsMax = 100;

const namedAccount: Conclusion = {
  sureness: 'CERTAIN',
  because: 'A callback with its sequence names the account.',
  alternative: null,
};

const onlyAccount: Conclusion = {
  sureness: 'LIKELY',
  because: 'All recent sessions of its domain whose account is known are of this account.',
  alternative: 'Another account has used the domain before, or uses it since.',
};

/** Cost of reading and folding the bodies of a session, in nodes: as much as a page. */
const foldingCost = 50;

@Resolver(() => StreamSession)
export class SessionExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: explanationComplexity(explainedFields.length, foldingCost),
    description: `Where its values come from: which of its callbacks set each field, and which differing values the others have. Refolded from the bodies of its callbacks; fails with OPERATION_TOO_COSTLY if there are more than ${innerListMax}. \`state\` and \`endCause\` also depend on the next session of the stream, and are not explained.`,
  })
  async explanation(
    @Root() { rowId, past }: StreamSession,
    @Ctx() context: GraphqlContext,
  ): Promise<FieldExplanation[]> {
    const { readModel, rows: budget, bodies, ports } = context;
    const { rows } = (past ?? readModel).callbacks({
      condition: { field: 'sessionId', operator: 'eq', value: rowId },
      order: { by: 'RECORDED', descending: false },
      direction: 'forwards',
      from: null,
      rowsMax: innerListMax + 1,
      countMax: null,
      budget,
    });
    if (rows.length > innerListMax) {
      throw new LedgerError('OPERATION_TOO_COSTLY', `The session has more than ${innerListMax} callbacks.`);
    }
    const offerings = await Promise.all(
      rows.map(({ row }) => bodies.read(row.position, (body) => offeringOf(row, body))),
    );
    const explained = explainSession(offerings.filter((one) => one !== null));
    return toFieldExplanations(
      explained,
      ({ row }) => toCallbackRecord(row, ports.log, past),
      context,
      streamSessionFields,
    );
  }
}

interface Offering extends OfferingCallback {
  readonly row: CallbackRow;
}

/** Null if the body is not the one that the read model was built from. */
function offeringOf(row: CallbackRow, body: Uint8Array): Offering | null {
  const parsed = parseJsonObject(body);
  const callback = parsed.ok ? interpret(parsed.object) : null;
  if (!parsed.ok || callback === null || !isSessionCallback(callback)) return null;
  return { row, callback, digest: digestOf(parsed.object), receivedAtMs: row.receivedAtMs };
}

/**
 * The session with this sequence of CSS, of any account if none is given. Undefined if there is none.
 * @throws LedgerError - AMBIGUOUS_ID: several accounts use the sequence
 */
export function sessionBySequence(readModel: ReadModelReader, sequence: string, appId: string | null) {
  const rows = readModel.streamSessionsBySequence(sequence, appId, accountsNamedMax);
  if (rows.length > 1) {
    throw new LedgerError('AMBIGUOUS_ID', 'Several accounts use this sequence; set appId to one of them.', {
      appIds: rows.map(({ session }) => session.appId),
    });
  }
  return rows[0];
}

const StreamSessionOrderInput = orderOf('StreamSession', 'stream sessions', ordersOf(streamSessionFields));

const StreamSessionListArgs = listArgsOf<StreamSessionOrder>(StreamSessionFilter, StreamSessionOrderInput, {
  listed: 'sessions',
  byDefault: 'STARTED_AT',
});

async function sessionAsOf(
  asOf: AsOf,
  { id, sequence, appId }: ListedStreamSession,
  context: GraphqlContext,
  info: GraphQLResolveInfo,
): Promise<StreamSession | null> {
  const moment = momentOf(asOf, context);
  const withTasks = ['relayTasks', 'relayTaskJoins'].some((field) => selectsField(info, field));
  const callbacks = context.readModel.past.callbacksOfSession(id, moment.position, withTasks);
  const past = await context.openPast(callbacks, moment);
  const [then] = past.streamSessionsBySequence(sequence, appId, 1);
  return then === undefined ? null : toStreamSession(then, past);
}

@Resolver(() => StreamSession)
export class StreamSessionResolver {
  @Query(() => StreamSession, {
    nullable: true,
    complexity: asOfCost,
    description:
      'The stream session with this sequence; null if no recorded callback has it. If several accounts use the sequence and `appId` is not given, fails with AMBIGUOUS_ID.',
  })
  streamSession(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => StreamSessionArgs, withoutRules) { sequence, appId, asOf }: StreamSessionArgs,
  ): StreamSession | null | Promise<StreamSession | null> {
    const row = sessionBySequence(context.readModel, sequence, appId ?? null);
    if (row === undefined) return null;
    return asOf == null ? toStreamSession(row) : sessionAsOf(asOf, row, context, info);
  }

  @Query(() => StreamSessionConnection, {
    nullable: true,
    complexity: pageCost,
    description:
      'Stream sessions. By default the newest first: by start, or by end or first arrival, whichever is earlier, if the start is unknown.',
  })
  streamSessions(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => StreamSessionListArgs) { filter, orderBy, ...page }: ListArgs<StreamSessionOrder>,
  ): Connected<StreamSession> {
    return connect(
      {
        list: { name: 'streamSessions', order: toListOrder(orderBy, 'STARTED_AT') },
        condition: toCondition(streamSessionFields, filter, () => context.ports.clock()),
        page,
        read: (request) => context.readModel.streamSessions(request),
        toNode: (row) => toStreamSession(row),
      },
      context,
      info,
    );
  }

  @FieldResolver(() => DateTimeScalar, {
    complexity: 1,
    description:
      'When something was last heard of it, by the receiver’s clock: `lastReceivedAt` and, while it is LIVE, any callback of a relay task that pushes to its stream, and any recording, screenshot or other callback that names the stream. CSS sends no heartbeat, so nothing may be heard of a healthy push for days.',
  })
  lastHeardAt(@Root() session: StreamSession, @Ctx() { readModel }: GraphqlContext): number {
    assertPresent(session, 'lastHeardAt');
    const { rowId, state, lastReceivedAtMs } = session;
    return state === 'LIVE' ? (readModel.lastHeardAtMs(rowId) ?? lastReceivedAtMs) : lastReceivedAtMs;
  }

  @FieldResolver(() => Boolean, {
    complexity: 1,
    description:
      'Whether it is LIVE and `lastHeardAt` is more than `afterSeconds` ago: either the push goes on silently, or its interruption was lost.',
  })
  isSilent(
    @Root() session: StreamSession,
    @Ctx() context: GraphqlContext,
    @Arg('afterSeconds', () => Int, silentAfterArg) afterSeconds: number | null,
  ): boolean {
    const lastHeardAtMs = this.lastHeardAt(session, context);
    return isSilentSince(lastHeardAtMs, context.ports.clock(), afterSeconds) && session.state === 'LIVE';
  }

  @FieldResolver(() => SessionAccount, {
    nullable: true,
    complexity: 1,
    description: `The account that the push is of, and how that is known. If no callback names one: the only account among the last ${domainSessionsMax} sessions of its domain; null if there are several, or none.`,
  })
  account(@Root() { appId, domain }: StreamSession, @Ctx() { readModel }: GraphqlContext): SessionAccount | null {
    if (appId !== unknownAccount) return { appId, ...namedAccount };
    const [only, ...more] = domain === null ? [] : readModel.accountsOfDomain(domain, domainSessionsMax);
    return only === undefined || more.length > 0 ? null : { appId: only, ...onlyAccount };
  }

  @FieldResolver(() => [OperatorFact], { complexity: innerListComplexity, description: operatorFactsDescription })
  operatorFacts(
    @Root() { appId, sequence, past }: StreamSession,
    @Ctx() { readModel }: GraphqlContext,
  ): OperatorFact[] {
    return operatorFactsOf(past ?? readModel, { type: 'StreamSession', appId, key: sequence });
  }

  @FieldResolver(() => SessionTimeline, {
    complexity: ({ args, childComplexity }) =>
      timelineCost + pageCost({ args: { ...args, first: args['first'] ?? timelineEntriesDefault }, childComplexity }),
    description:
      'Everything about its stream during the session, give or take 60 s, in order: its own callbacks, those of the sessions before and after it, of relay tasks that fed it, and of recordings, screenshots and others that name the stream.',
  })
  timeline(
    @Root() { rowId, past }: StreamSession,
    @Ctx() { readModel, ports: { log } }: GraphqlContext,
    @Args(() => TimelineArgs) { from, first }: TimelineArgs,
  ): SessionTimeline {
    assertPresent({ past }, 'timeline');
    const entriesMax = first ?? timelineEntriesDefault;
    if (entriesMax > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${pageNodesMax}.`);
    if (entriesMax < 1) throw new LedgerError('BAD_USER_INPUT', 'first must be at least 1.');
    const timeline = readModel.timeline(rowId, from ?? null, entriesMax);
    if (timeline === null) throw new TypeError('A session that was read has no row.');
    const entries = timeline.entries.map((entry) => ({ ...entry, callback: toCallbackRecord(entry.callback, log) }));
    return { ...timeline, entries };
  }

  @FieldResolver(() => CallbackRecordConnection, {
    complexity: pageCost,
    description: 'The callbacks from which this session was built, newest first, including conflicting ones.',
  })
  callbacks(
    @Root() { rowId, past }: StreamSession,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
  ): Connected<CallbackRecord> {
    return callbacksOf({ past, condition: { field: 'sessionId', operator: 'eq', value: rowId } }, page, context, info);
  }
}
