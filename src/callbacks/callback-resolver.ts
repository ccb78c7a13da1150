import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../api/cost.ts';
import { deprecationOf, objectType, Conclusion, conclusionFields } from '../api/declare-type.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/conditions.ts';
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
      if (!parsed.ok) return null;
      const sentence = sentenceOf(parsed.object);
      context.noteSecret('CallbackRecord.summary', sentence);
      return context.show(sentence);
    });
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Who has let it in, if its first arrival was released from quarantine: the name of the token that was sent. Null if it was not, or if the token has no name.',
  })
  releasedBy(@Root() { position }: CallbackRecord, @Ctx() { readModel }: GraphqlContext): string | null {
    const entry = readModel.audit.at(position);
    return entry?.action === 'RELEASE_FROM_QUARANTINE' ? entry.who : null;
  }

  @Extensions({ showsSecrets: true })
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
      context.noteSecretBody('CallbackRecord.body', parsed.object);
      return context.showBody(parsed.object);
    });
  }
}

const CallbackSession = objectType('CallbackSession', 'A session that a callback belongs to.', {
  streamSession: [StreamSession, 'The session.'],
  ...conclusionFields,
});
type CallbackSession = InstanceType<typeof CallbackSession>;
