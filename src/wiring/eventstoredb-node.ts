import { openRereadQuarantine, type RereadQuarantine } from '../quarantine/reread.ts';
import type { KnownDecisions } from '../quarantine/removal.ts';
import { openEventStoreDbAppender, type EventStoreDbAppender } from '../event-store/eventstoredb/append/appender.ts';
import { createReplicaEventStore } from '../event-store/eventstoredb/replica/replica-event-store.ts';
import type { EventStoreDbSettings } from '../event-store/eventstoredb/client/connection-string.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { within } from '../kernel/delay.ts';
import { describeFault } from '../kernel/logger.ts';
import type { Projector } from '../projections/projector.ts';
import { firstAnswerMsMax, openReplicaLog, type ReplicaLog } from './replica-log.ts';
import type { Node, NodeOptions } from './node.ts';
import { createGraphqlPorts } from './querying.ts';
import { openReceiving, type Receiving } from './receiving.ts';
import { openSpooledAppend } from './spooled-append.ts';
import { waitUntil } from './wait-until.ts';

/**
 * A node of a log in EventStoreDB. It starts whether the server answers or not: then it spools what comes, and serves the
 * copy that it has.
 * @throws LogUnusable, ReadModelUnusable - the settings are wrong, or what stands in DATA_DIR or under the prefix can't be used
 */
export async function openEventStoreDbNode(settings: EventStoreDbSettings, options: NodeOptions): Promise<Node> {
  const { roles, logger, metrics, closing } = options;
  const opened = openEventStoreDbAppender({ ...settings, logger });
  closing.push(() => opened.close());
  const appender: EventStoreDbAppender = { ...opened, append: measured(opened.append, metrics.committed) };
  await within(appender.answering(), { ms: firstAnswerMsMax, late: undefined });

  const followed = roles.query ? await openReplicaLog(settings, options) : null;
  const receiving = roles.receive ? await receive(appender, followed, options) : null;
  let followedStore: EventStore | null = null;
  const store = waitUntil(() => {
    if (followed !== null) followedStore ??= createReplicaEventStore(appender, followed.reader);
    return followedStore;
  });
  const standing = {
    spooled: () => receiving?.recording.spooled() ?? null,
    replicaBrokenBecause: () => followed?.notFollowedBecause() ?? null,
  };
  return {
    receiving,
    graphql:
      followed === null
        ? null
        : createGraphqlPorts(
            {
              store,
              mayReach: async (position) =>
                position <= (await store.endPosition()) || (await doesServerReach(appender, position)),
              notifications: followed.lookAgain,
              readModel: followed.readModel,
              projector: followed.projector,
              progress: followed.projector,
              onDecided: () => receiving?.decided(),
              health: standing,
            },
            options,
          ),
    store,
    projector: followed?.projector ?? waitUntil<Projector>(() => null),
  };
}

/** Null where the server does not answer: it may have anything. */
async function doesServerReach(appender: EventStoreDbAppender, position: bigint): Promise<boolean | null> {
  try {
    return position <= (await appender.endPosition());
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}

async function receive(
  appender: EventStoreDbAppender,
  followed: ReplicaLog | null,
  options: NodeOptions,
): Promise<Receiving & Exclude<Node['receiving'], null>> {
  const { quarantineBounds: bounds, clock, logger } = options;
  let quarantine: RereadQuarantine | null = null;
  const reread = () => {
    quarantine?.reread().catch((error: unknown) => {
      logger.warn(describeFault(error), 'the quarantine could not be counted, and is tried again with the next sweep');
    });
  };
  const { append, recording } = await openSpooledAppend(appender, options, reread);
  quarantine = await openRereadQuarantine({
    store: {
      append,
      readStream: (...given) => appender.readStream(...given),
      async truncateStream(...given) {
        await appender.truncateStream(...given);
      },
    },
    bounds,
    clock,
  });
  if (appender.away() !== null) appender.answering().then(reread, () => undefined);
  const receiving = openReceiving({ append, quarantine, decisions: decisionsOf(followed) }, options);
  return { ...receiving, recording };
}

/** A node without the query role knows of no decision; those that have it make the room. */
function decisionsOf(followed: ReplicaLog | null): KnownDecisions {
  if (followed === null) return { decidedBefore: () => 0n, decidedCount: () => 0 };
  return {
    decidedBefore: (...given) => followed.readModel.quarantine.decidedBefore(...given),
    decidedCount: (...given) => followed.readModel.quarantine.decidedCount(...given),
  };
}

/** Tells each append that was acknowledged, as the embedded log tells its commits. */
function measured(
  append: EventStore['append'],
  onAppended: (appended: { readonly events: number; readonly durationMs: number }) => void,
): EventStore['append'] {
  return async (streamName, events, expected) => {
    const begunMs = performance.now();
    const appended = await append(streamName, events, expected);
    onAppended({ events: events.length, durationMs: performance.now() - begunMs });
    return appended;
  };
}
