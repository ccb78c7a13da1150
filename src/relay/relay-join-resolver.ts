import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../api/context.ts';
import { innerListComplexity, innerListMax } from '../api/cost.ts';
import { objectType, conclusionFields } from '../api/declare-type.ts';
import { StreamSession, toStreamSession } from '../sessions/stream-session-type.ts';
import { RelayTask, toRelayTask, toRelayTasks, RunsTogether } from './relay-task-type.ts';

const RelayTaskJoin = objectType('RelayTaskJoin', 'A relay task that fed a session, and how sure that is.', {
  relayTask: [RelayTask, 'The task.'],
  ...conclusionFields,
});
type RelayTaskJoin = InstanceType<typeof RelayTaskJoin>;

const StreamSessionJoin = objectType('StreamSessionJoin', 'A session that a relay task fed, and how sure that is.', {
  streamSession: [StreamSession, 'The session.'],
  ...conclusionFields,
});
type StreamSessionJoin = InstanceType<typeof StreamSessionJoin>;

const joinedBy =
  'CERTAIN: the `stream_param` of the push, or of a callback with its sequence, names the task (`ppTaskId`). LIKELY: the domain, path and stream of the task’s `to_url` are those of the session, by CSS’s clock the session overlaps a run of the task, give or take 60 s, and no other task fits. POSSIBLE: other tasks fit as well, or a time is missing, so that only arrivals can be compared. A session that names its task is of that task alone.';

@Resolver(() => StreamSession)
export class RelayTasksOfSessionResolver {
  @FieldResolver(() => [RelayTask], {
    complexity: innerListComplexity,
    description:
      'Relay tasks that fed it, newest first, at most 100. `relayTaskJoins` says how sure each of them is, and from what.',
  })
  relayTasks(@Root() { rowId, past }: StreamSession, @Ctx() { readModel }: GraphqlContext): RelayTask[] {
    const rows = (past ?? readModel).relay.tasksFeeding(rowId, innerListMax);
    return toRelayTasks(rows, past);
  }

  @FieldResolver(() => [RelayTaskJoin], {
    complexity: innerListComplexity,
    description: `Relay tasks that fed it, newest first, at most 100, each with how sure that is. ${joinedBy}`,
  })
  relayTaskJoins(@Root() { rowId, past }: StreamSession, @Ctx() { readModel }: GraphqlContext): RelayTaskJoin[] {
    const together = new RunsTogether();
    const joins = (past ?? readModel).relay.taskJoins(rowId, innerListMax);
    return joins.map(({ task, ...join }) => ({ relayTask: toRelayTask(task, past, together), ...join }));
  }
}

@Resolver(() => RelayTask)
export class SessionsOfRelayTaskResolver {
  @FieldResolver(() => [StreamSession], {
    complexity: innerListComplexity,
    description:
      'The sessions that it fed, newest first, at most 100. CSS advises judging a relay by these. `streamSessionJoins` says how sure each of them is, and from what.',
  })
  streamSessions(@Root() { rowId, past }: RelayTask, @Ctx() { readModel }: GraphqlContext): StreamSession[] {
    const rows = (past ?? readModel).relay.sessionsFedBy(rowId, innerListMax);
    return rows.map((row) => toStreamSession(row, past));
  }

  @FieldResolver(() => [StreamSessionJoin], {
    complexity: innerListComplexity,
    description: `The sessions that it fed, newest first, at most 100, each with how sure that is. ${joinedBy}`,
  })
  streamSessionJoins(@Root() { rowId, past }: RelayTask, @Ctx() { readModel }: GraphqlContext): StreamSessionJoin[] {
    const joins = (past ?? readModel).relay.sessionJoins(rowId, innerListMax);
    return joins.map(({ session, ...join }) => ({ streamSession: toStreamSession(session, past), ...join }));
  }
}
