import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Args, Ctx, FieldResolver, Float, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { assertOperator, type GraphqlContext, type TestCallbackAnswer } from '../api/context.ts';
import { answerOnce, IdempotencyKey, type IdempotencyKeyValue } from '../api/idempotency.ts';
import { innerListComplexity, innerListMax, pageCost } from '../api/cost.ts';
import { Conclusion, conclusionFields } from '../api/conclusion-type.ts';
import { deprecationOf, objectType, orNull } from '../api/declare-type.ts';
import { LedgerError } from '../kernel/errors.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/filters-type.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import { attributionConclusionOf, undecidedAttribution } from '../relay/relay-task.ts';
import { RelayTask, toRelayTask, toRelayTasks } from '../relay/relay-task-type.ts';
import { bySequence } from '../sessions/callback-sessions.ts';
import { StreamSession, toStreamSession } from '../sessions/stream-session-type.ts';
import { callbackFields, type CallbackOrder } from './callback-fields.ts';
import { CallbackFilter, CallbackRecord, CallbackRecordConnection, toCallbackRecord } from './callback-type.ts';
import { parseJsonObject } from './json-object.ts';
import { sentenceOf } from './callback-sentence.ts';

const CallbackOrderInput = orderOf('Callback', 'callbacks', ordersOf(callbackFields));

const CallbackListArgs = listArgsOf<CallbackOrder>(CallbackFilter, CallbackOrderInput, {
  listed: 'callbacks',
  byDefault: 'RECORDED',
});

@Resolver(() => CallbackRecord)
export class CallbackRecordResolver {
  @Query(() => CallbackRecordConnection, {
    nullable: true,
    complexity: pageCost,
    description: 'All recorded callbacks. By default the newest first, by position of their first arrival in the log.',
  })
  callbacks(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => CallbackListArgs) { filter, orderBy, ...page }: ListArgs<CallbackOrder>,
  ): Connected<CallbackRecord> {
    const {
      readModel,
      ports: { log },
    } = context;
    return connect(
      {
        list: { name: 'callbacks', order: toListOrder(orderBy, 'RECORDED') },
        condition: toCondition(callbackFields, filter),
        page,
        read: (request) => readModel.callbacks(request),
        toNode: (row) => toCallbackRecord(row, log),
      },
      context,
      info,
    );
  }

  @FieldResolver(() => CallbackRecord, {
    complexity: 1,
    deprecationReason: deprecationOf('Select the fields of the callback beside it.'),
    description: 'The callback itself.',
  })
  callback(@Root() record: CallbackRecord): CallbackRecord {
    return record;
  }

  @FieldResolver(() => StreamSession, {
    nullable: true,
    complexity: 1,
    description:
      'The session that a push or interruption belongs to. Null for other callbacks, and for those without a sequence.',
  })
  streamSession(
    @Root() { sessionId, past }: CallbackRecord,
    @Ctx() { readModel }: GraphqlContext,
  ): StreamSession | null {
    const row = sessionId === null ? null : (past ?? readModel).streamSessionById(sessionId);
    return row === null ? null : toStreamSession(row, past);
  }

  @FieldResolver(() => RelayTask, {
    nullable: true,
    complexity: 1,
    description:
      'The task that a relay callback belongs to. Null for other callbacks, and for those that were not matched to a task.',
  })
  relayTask(@Root() { taskRow, past }: CallbackRecord, @Ctx() { readModel }: GraphqlContext): RelayTask | null {
    const row = taskRow === null ? null : (past ?? readModel).relay.taskByRow(taskRow);
    return row === null ? null : toRelayTask(row, past);
  }

  @FieldResolver(() => [RelayTask], {
    complexity: innerListComplexity,
    description:
      'The tasks that an exit without a task id may belong to, at most 20, if there are several and nothing decides between them. Otherwise empty.',
  })
  attributionCandidates(
    @Root() { position, taskRow, past }: CallbackRecord,
    @Ctx() { readModel }: GraphqlContext,
  ): RelayTask[] {
    if (taskRow !== null) return [];
    const candidates = (past ?? readModel).relay.attributionCandidates(position, innerListMax);
    return toRelayTasks(candidates, past);
  }

  @FieldResolver(() => Conclusion, {
    nullable: true,
    complexity: 1,
    description:
      'How sure it is which task a relay callback belongs to: CERTAIN if it names the task, LIKELY if it is an exit that fits only one task, POSSIBLE if it is one that fits several. Null for other callbacks, and for exits that fit none.',
  })
  attributionConclusion(
    @Root() { position, attribution, past }: CallbackRecord,
    @Ctx() { readModel }: GraphqlContext,
  ): Conclusion | null {
    if (attribution !== null) return attributionConclusionOf(attribution);
    const isUndecided = (past ?? readModel).relay.attributionCandidates(position, 1).length > 0;
    return isUndecided ? undecidedAttribution : null;
  }

  @FieldResolver(() => [CallbackSession], {
    complexity: innerListComplexity,
    description: `The sessions that it belongs to, and how sure that is: that of a push or interruption; of other callbacks, those that they name, or that ran when they were. At most ${innerListMax}.`,
  })
  streamSessions(@Root() callback: CallbackRecord, @Ctx() { readModel }: GraphqlContext): CallbackSession[] {
    const { position, sessionId, past } = callback;
    const model = past ?? readModel;
    const found =
      sessionId === null ? model.sessionsOfCallback(position) : [{ session: { id: sessionId }, ...bySequence }];
    return found.slice(0, innerListMax).flatMap(({ session: { id }, sureness, because, alternative }) => {
      const row = model.streamSessionById(id);
      return row === null ? [] : [{ streamSession: toStreamSession(row, past), sureness, because, alternative }];
    });
  }

  @FieldResolver(() => String, {
    nullable: true,
    complexity: 1,
    description:
      'What it reports, in one or two sentences. Admins read the words of CSS as sent; for others, "(hidden)" replaces credentials in them. Null if its body cannot be read.',
  })
  summary(@Root() { position }: CallbackRecord, @Ctx() context: GraphqlContext): Promise<string | null> {
    return context.bodies.read(position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      return parsed.ok ? context.show(sentenceOf(parsed.object)) : null;
    });
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The body of its first arrival. Integers beyond 2^53 are strings of their digits. Admins read all of it; for operators and analysts, "(hidden)" replaces stream_param, sign, callback_url, queries and logins of URLs, and what else looks like a credential; viewers read its fingerprint, a text.',
  })
  body(@Root() { position }: CallbackRecord, @Ctx() context: GraphqlContext): Promise<unknown> {
    return context.bodies.read(position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      if (!parsed.ok) return null;
      return context.showBody(parsed.object);
    });
  }
}

const CallbackSession = objectType('CallbackSession', 'A session that a callback belongs to.', {
  streamSession: [StreamSession, 'The session.'],
  ...conclusionFields,
});
type CallbackSession = InstanceType<typeof CallbackSession>;

const CallbackSetup = objectType(
  'CallbackSetup',
  'How the answering process accepts callbacks. Counts only: it never shows a key or token.',
  {
    takesCallbacks: [
      Boolean,
      'Whether this process receives callbacks at `/callbacks/css`, which requires the role `receive`.',
    ],
    keys: [Int, 'How many callback keys it has, from CSS_CALLBACK_KEYS. They check `sign`.'],
    tokens: [
      Int,
      'How many tokens of the callback URL it has, from CSS_CALLBACK_TOKENS. Relay callbacks are not signed, so they need one. With neither keys nor tokens, every callback is accepted.',
    ],
  },
);
type CallbackSetup = InstanceType<typeof CallbackSetup>;

const TestCallback = objectType('TestCallback', 'The result of a test callback.', {
  testId: [
    ID,
    '`test_id` of its body. Its `callback_event` is `LiveLedgerTest`; it belongs to no session and no task.',
  ],
  accepted: [Boolean, 'Whether it was answered 200, which means that it is durable and `callbacks` will list it.'],
  status: [orNull(Int), 'The status of the answer. Null if none came.'],
  durationMs: [Float, 'Milliseconds until the answer.'],
  message: [String, 'What happened, in one sentence.'],
});
type TestCallback = InstanceType<typeof TestCallback>;

/** Cost of sending a callback and storing it, in nodes: as much as a page. */
const testCost = 50;

@Resolver()
export class CallbackSetupResolver {
  @Query(() => CallbackSetup, {
    nullable: true,
    complexity: 1,
    description: 'Whether the answering process receives callbacks, and how it accepts them.',
  })
  callbackSetup(@Ctx() { ports: { callbackSetup } }: GraphqlContext): CallbackSetup {
    const { takesCallbacks } = callbackSetup;
    return { takesCallbacks, keys: callbackSetup.keys(), tokens: callbackSetup.tokens() };
  }

  @Mutation(() => TestCallback, {
    nullable: true,
    complexity: testCost,
    description:
      'Sends one callback over HTTP to the callback route of the answering process, signed with its first key, or with its first token if it has no key. It is recorded for ever, like every callback. For operators. It does not show that CSS can reach this service.',
  })
  async sendTestCallback(
    @Ctx() context: GraphqlContext,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<TestCallback> {
    assertOperator(context, 'Only operators may send a test callback.');
    const { callbackSetup } = context.ports;
    if (!callbackSetup.takesCallbacks) {
      throw new LedgerError(
        'BAD_USER_INPUT',
        'This process takes no callbacks: its ROLES do not include receive. Ask a process that has that role.',
      );
    }
    const answer = await answerOnce(context, {
      mutation: 'sendTestCallback',
      key,
      given: {},
      carryOut: (operationId) => callbackSetup.sendTest(operationId ?? undefined),
      isFinal: ({ status }) => status === 200,
    });
    const { testId, status, durationMs } = answer;
    return { testId, accepted: status === 200, status, durationMs, message: messageOf(answer) };
  }
}

function messageOf({ status, failure }: TestCallbackAnswer): string {
  if (status === 200) return 'The callback was answered 200: it is recorded.';
  if (status === null) return `The callback route of this service did not answer: ${failure}.`;
  return `The callback was answered ${status}. The log of the service says why.`;
}
