import { randomUUID } from 'node:crypto';
import { createSharedQuarantine } from '../quarantine/quarantine.ts';
import { noKnownDecisions } from '../quarantine/removal.ts';
import { openEventStoreDbAppender, type EventStoreDbAppender } from '../event-store/eventstoredb/append/appender.ts';
import type { EventStoreDbSettings } from '../event-store/eventstoredb/client/connection-string.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import { NodeLease } from '../forwarding/lease/node-lease.ts';
import { createTime } from '../forwarding/time.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { within } from '../kernel/delay.ts';
import { Notifier } from '../kernel/notifier.ts';
import { absentPorts, type CopyPorts } from './absent-ports.ts';
import { openReplicaAlerts } from './alerts.ts';
import type { Node, NodeOptions } from './node.ts';
import { openReplicaForwarding } from './forwarding.ts';
import { createLogPorts, knownDecisionsOf } from './querying.ts';
import { nodeNameIn, openOutageRecord, readLastEnd, type LastEnd } from './outages.ts';
import { openReceiver } from './receiving.ts';
import { copyFolder, firstAnswerMsMax, openReplicaLog, type OpenedCopy, type ReplicaLog } from './replica-log.ts';
import { openSpooledAppend, spoolFolder } from './spooled-append.ts';

/**
 * Opens a node with its log in EventStoreDB. It starts even if the server does not answer: until then it spools callbacks, and
 * serves the copy of the log that it has.
 * @throws LogUnusable, ReadModelUnusable - the settings are wrong, or what is in DATA_DIR or under the prefix can't be used
 */
export async function openEventStoreDbNode(settings: EventStoreDbSettings, options: NodeOptions): Promise<Node> {
  const { dataDir, roles, logger, metrics, closing } = options;
  const appender = openEventStoreDbAppender({ ...settings, logger, onAppended: metrics.committed });
  closing.add('connection to EventStoreDB', () => appender.close());
  await within(appender.answering(), { ms: firstAnswerMsMax, late: undefined });

  const quarantineChanged = new Notifier();
  // Before the copy gets what other nodes have recorded since. A spool without a copy shows only when the log was away.
  const logFolders = roles.query ? [copyFolder(dataDir), spoolFolder(dataDir)] : [];
  const lastEnd = roles.receive ? readLastEnd(dataDir, logFolders) : null;
  const replica = roles.query ? await openReplicaLog(settings, options) : null;
  const receiving = roles.receive
    ? await openReceiving({ appender, replica, lastEnd, quarantineChanged }, options)
    : null;
  if (replica === null) return { receiving, graphql: null };

  const leases = new NodeLease({
    nodeId: randomUUID(),
    store: appender,
    log: () => replica.wholeCopy()?.reader ?? null,
    isCopied: () => replica.brokenBecause() === null,
    times: options.leaseTimes,
    time: createTime(options.clock),
    logger,
  });
  const forwarding = openReplicaForwarding(leases, options);
  const always: Omit<GraphqlPorts, keyof CopyPorts> = {
    progress: replica.progress,
    health: {
      spooled: () => receiving?.recording.spooled() ?? null,
      replicaBrokenBecause: () => replica.brokenBecause(),
    },
    callbackSetup: options.callbackSetup,
    notifications: replica.changed,
    clock: options.clock,
    forwarding,
    alerts: openReplicaAlerts({ store: appender, replica, forwarding, leases }, options),
    logger,
  };
  const absent = { ...always, ...absentPorts };
  const portsOf = (copy: OpenedCopy): GraphqlPorts => ({
    ...always,
    ...createLogPorts(
      {
        ...copy,
        append: appender.append,
        mayHavePosition: async (position) =>
          position <= (await copy.reader.endPosition()) || (await hasServerPosition(appender, position)),
        decided: quarantineChanged,
      },
      options.clock,
    ),
  });
  let present: GraphqlPorts | null = null;
  return {
    receiving,
    graphql() {
      const copy = replica.copy();
      return copy === null ? absent : (present ??= portsOf(copy));
    },
  };
}

/** Null if the server does not answer, because it may have any position. */
async function hasServerPosition(appender: EventStoreDbAppender, position: bigint): Promise<boolean | null> {
  try {
    return position <= (await appender.endPosition());
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}

interface ReceivingParts {
  readonly appender: EventStoreDbAppender;
  /** Null without the query role: then no decision is known, and nodes with that role make room in quarantine. */
  readonly replica: ReplicaLog | null;
  readonly lastEnd: LastEnd | null;
  readonly quarantineChanged: Notifier;
}

async function openReceiving(
  { appender, replica, lastEnd, quarantineChanged }: ReceivingParts,
  options: NodeOptions,
): Promise<Exclude<Node['receiving'], null>> {
  const { quarantineBounds: bounds, clock } = options;
  const onChanged = () => quarantineChanged.notify();
  const { append, recording } = await openSpooledAppend(appender, options, onChanged);
  const quarantine = createSharedQuarantine({
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
  const decisions = () => {
    const copy = replica?.copy() ?? null;
    return copy === null ? noKnownDecisions : knownDecisionsOf(copy);
  };
  const { dataDir } = options;
  const outages = openOutageRecord({ dataDir, lastEnd, append, node: nodeNameIn(dataDir) }, options);
  const receiver = openReceiver({ append, quarantine, decisions, quarantineChanged, outages: outages.record }, options);
  if (appender.away() !== null) appender.answering().then(onChanged, () => undefined);
  return { receiver, recording, takingCallbacks: () => outages.takingCallbacks() };
}
