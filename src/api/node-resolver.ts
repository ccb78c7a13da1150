import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver } from 'type-graphql';
import { toCallbackRecord } from '../callbacks/callback-type.ts';
import { readIncidentId } from '../incidents/incident-fields.ts';
import { toIncident } from '../incidents/incident-resolver.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Scope } from '../kernel/scope.ts';
import { Node } from '../lists/connection-type.ts';
import { pageNodesMax } from '../lists/list-args-type.ts';
import { describeUnfinished } from '../log/ledger-events.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import { toQuarantinedCallback } from '../quarantine/quarantine-type.ts';
import { toRelayTask, RunsTogether } from '../relay/relay-task-type.ts';
import { toRefusedPush } from '../sessions/refused/refused-push-resolver.ts';
import { toStreamSession } from '../sessions/stream-session-type.ts';
import type { GraphqlContext } from './context.ts';
import { pageCost } from './cost.ts';
import { BigIntScalar, DateTimeScalar, objectType, orNull } from './declare-type.ts';
import type { ShownRole } from './access/tokens.ts';
import { RoleEnum } from './access-in-schema.ts';
import { readNodeId } from './node-id.ts';

const idDescription = 'The `id` of a node.';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    complexity: 1,
    description:
      'The session, refused push, task, incident, callback or quarantined callback with this id. Null if there is none: the id is from another ledger, or not an id.',
  })
  node(@Ctx() context: GraphqlContext, @Arg('id', () => ID, { description: idDescription }) id: string): Node | null {
    return readNode(id, context);
  }

  @Query(() => [Node], {
    nullable: 'itemsAndList',
    complexity: ({ args, childComplexity }) => pageCost({ args: { first: idsOf(args) }, childComplexity }),
    description: `The nodes with these ids, in their order, all from one state of the ledger; null in the place of an id that no node has. At most ${pageNodesMax} ids.`,
  })
  async nodes(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: 'The `id` of each.' }) ids: string[],
  ): Promise<(Node | null)[]> {
    if (ids.length > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `ids may have at most ${pageNodesMax} ids.`);
    const together = new RunsTogether();
    const found: (Node | null)[] = [];
    for (const id of ids) {
      if (context.slices.isOver()) await context.slices.next();
      found.push(readNode(id, context, together));
    }
    return found;
  }
}

/** How many nodes are asked for. */
function idsOf({ ids }: Record<string, unknown>): number {
  return Array.isArray(ids) ? ids.length : 1;
}

function readNode(text: string, { readModel, ports }: GraphqlContext, together?: RunsTogether): Node | null {
  const id = readNodeId(text);
  switch (id?.type) {
    case 'StreamSession': {
      const [row] = readModel.streamSessionsBySequence(id.sequence, id.appId, 1);
      return row === undefined ? null : toStreamSession(row);
    }
    case 'RefusedPush': {
      const row = readModel.refusedPush(id.appId, id.sequence);
      return row === null ? null : toRefusedPush(row);
    }
    case 'RelayTask': {
      const [row] = readModel.relay.tasksByTaskId(id.taskId, id.appId, 1);
      return row === undefined ? null : toRelayTask(row, undefined, together);
    }
    case 'Incident': {
      const number = readIncidentId(id.incidentId);
      const row = number === null ? null : readModel.incident(number);
      return row === null ? null : toIncident(row);
    }
    case 'CallbackRecord': {
      const row = id.logId === readModel.logId ? readModel.callbackByPosition(id.position) : null;
      return row === null ? null : toCallbackRecord(row, ports.log);
    }
    case 'QuarantinedCallback': {
      const row = readModel.quarantine.at(id);
      return row === null ? null : toQuarantinedCallback(row);
    }
    case undefined:
      return null;
  }
}

const ScopePart = objectType('ScopePart', 'Names that an identity may see. A list that is null limits nothing.', {
  accounts: [orNull([String]), 'Accounts.'],
  domains: [orNull([String]), 'Push domains; `*.example.com` is any domain under it.'],
  paths: [orNull([String]), 'Push paths.'],
  streams: [orNull([String]), 'Stream names.'],
});

const Viewer = objectType('Viewer', 'The client that asks.', {
  role: [
    RoleEnum,
    'The role of the token. Without API_TOKENS the service answers on loopback only, and the role is ADMIN.',
  ],
  scope: [
    orNull([ScopePart]),
    'What it may see: all that is inside one of the parts. What it is not answered does not exist for it. Null: everything.',
  ],
});
type Viewer = InstanceType<typeof Viewer>;

function toScopePart({ accounts, domains, paths, streams }: Scope[number]) {
  return { accounts: accounts ?? null, domains: domains ?? null, paths: paths ?? null, streams: streams ?? null };
}

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, {
    nullable: true,
    complexity: 1,
    description: 'The client that asks. Its role says what a client application can offer.',
  })
  viewer(@Ctx() { role, scope }: GraphqlContext): Viewer {
    return { role: role.toUpperCase() as ShownRole, scope: scope?.map(toScopePart) ?? null };
  }
}

const PoisonedEvent = objectType('PoisonedEvent', 'An event of the log that could not be projected and was skipped.', {
  position: [BigIntScalar, 'Its position in the log.'],
  streamName: [String, 'The stream that contains it.'],
  reason: [String, 'What was wrong with it, without any of its content.'],
});
type PoisonedEvent = InstanceType<typeof PoisonedEvent>;

const Spool = objectType(
  'Spool',
  'Callbacks that are durable in the answering process and wait to be appended to the log.',
  {
    events: [Int, 'The number of waiting events. No query shows them yet.'],
    bytes: [Float, 'Bytes of their data and metadata.'],
    oldestAgeMs: [Float, 'Milliseconds since the oldest of them arrived. 0 if none is waiting.'],
    eventsRefused: [Int, 'Events that the log refuses permanently. They stay in the spool.'],
  },
);

const Standby = objectType('Standby', 'How far the answering standby is behind its primary, whose log it copies.', {
  primary: [String, 'Where the primary is: the scheme, host and port of PRIMARY_URL.'],
  eventsBehind: [
    orNull(Int),
    'Events that it lacked when the primary answered last. Null if the primary has never answered since the start.',
  ],
  behindMs: [Float, 'Milliseconds since it last had everything. 0 while it follows.'],
  unansweredSinceMs: [orNull(DateTimeScalar), 'Since when the primary has not answered. Null while it does.'],
});

const ReadModelBuild = objectType(
  'ReadModelBuild',
  'Read models being built, beside the answering ones or before there are any. They answer once they have caught up with the log.',
  {
    version: [Int, 'The version that they will have.'],
    because: [String, 'Why they are being built.'],
    position: [orNull(BigIntScalar), 'Position of their last projected event. Null if there is none yet.'],
    lagEvents: [Int, 'Events of the log that they have not projected yet.'],
    stalledBecause: [
      orNull(String),
      'Why the build has stopped, for example because the disk is full. It is retried. Null while it goes on.',
    ],
  },
);

const Projection = objectType(
  'Projection',
  'How far a projection has read the log: whether the answers to queries are up to date.',
  {
    name: [String, 'Its name.'],
    version: [
      Int,
      'The answering version. A new version is built from the whole log; if possible, an older one answers meanwhile. If none answers, the version being built.',
    ],
    serving: [
      Boolean,
      'Whether queries are answered. False while there are no complete read models; until then everything but `projections` is refused with STORE_UNAVAILABLE.',
    ],
    build: [
      orNull(ReadModelBuild),
      'The read models being built. Null if there are none. If their version differs, answers do not change until the build is complete.',
    ],
    position: [orNull(BigIntScalar), 'Position of the last projected event. Null if there is none yet.'],
    lagEvents: [Int, 'Events of the log that answers do not include yet.'],
    lagMs: [
      Float,
      'Age of the oldest event that is not projected yet, in whole milliseconds. If longer, the time since this node last knew that the log had no more events. 0 if everything is projected.',
    ],
    relayCallbacksWithoutTask: [
      Int,
      'Relay callbacks without a task, such as exits that name no task and match none or several. Counted up to 10,000.',
    ],
    stalled: [Boolean, 'Whether it has stopped, for example because the disk is full. It retries every two seconds.'],
    stalledBecause: [orNull(String), 'Why it has stopped. Null while it runs.'],
    replicaBrokenBecause: [
      orNull(String),
      'Why this node can’t read the log at the moment, for example because the event store is unavailable. There may then be more events than `lagEvents` counts. Null while it can, and with the embedded log.',
      { name: 'notFollowedBecause' },
    ],
    unfinishedImport: [
      orNull(String),
      'What an import that was interrupted left undone, and how to go on. Null if there is none.',
    ],
    standby: [orNull(Standby), 'How far a standby is behind its primary. Null if the answering process is none.'],
    spool: [orNull(Spool), 'The spool of the answering process. Null if it has none, as with the embedded log.'],
    poisoned: [[PoisonedEvent], 'Events that could not be projected and were skipped, newest first, at most 100.'],
  },
);
type Projection = InstanceType<typeof Projection>;

/** Poisoned events that are listed; the log of the process names all of them. */
const poisonedListedMax = 100;

/** Relay callbacks without a task that are counted: beyond that, a count costs more than it is worth. */
const withoutTaskCountedMax = 10_000;

/** The one projection there is. */
const projectionName = 'ledger';

@Resolver(() => Projection)
export class ProjectionResolver {
  @Query(() => [Projection], {
    nullable: true,
    complexity: 1,
    description: 'How far each projection has read the log: whether the answers to queries are up to date.',
  })
  async projections(
    @Ctx() { readModel, ports: { progress, health, unfinishedImport } }: GraphqlContext,
  ): Promise<Omit<Projection, 'relayCallbacksWithoutTask' | 'poisoned'>[]> {
    const answering = answeringOf(readModel);
    const build = await progress.build();
    const { events, ms } = await progress.lag();
    const stalledBecause = progress.stalledBecause();
    // Without a log, nothing is known of imports: `projections` is answered all the same.
    const unfinished = await unfinishedImport().catch(() => null);
    return [
      {
        name: projectionName,
        version: answering?.version ?? build?.version ?? 0,
        serving: answering !== null,
        position: answering?.position ?? null,
        build,
        lagEvents: events,
        lagMs: ms,
        stalled: stalledBecause !== null,
        stalledBecause,
        replicaBrokenBecause: health.replicaBrokenBecause(),
        unfinishedImport: unfinished === null ? null : describeUnfinished(unfinished),
        standby: health.standby(),
        spool: health.spooled(),
      },
    ];
  }

  // None of these is known if no read model answers: each is refused by itself.

  @FieldResolver()
  relayCallbacksWithoutTask(@Ctx() { readModel }: GraphqlContext): number {
    return readModel.relay.callbacksWithoutTask(withoutTaskCountedMax);
  }

  @FieldResolver(() => [PoisonedEvent])
  poisoned(@Ctx() { readModel }: GraphqlContext): readonly PoisonedEvent[] {
    return readModel.poisoned(poisonedListedMax);
  }
}

/** Null if no read model answers. */
function answeringOf(readModel: ReadModelReader): Pick<Projection, 'version' | 'position'> | null {
  try {
    return { version: readModel.version, position: readModel.checkpoint() };
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'STORE_UNAVAILABLE') return null;
    throw error;
  }
}
