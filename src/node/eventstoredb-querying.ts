import { randomUUID } from 'node:crypto';
import { EventStoreDbAppender } from '../log/eventstoredb/appender.ts';
import type { EventStoreDbSettings } from '../log/eventstoredb/settings.ts';
import type { CurrentLog } from '../log/only-event.ts';
import { openEventsWith } from '../log/sealing/key-files.ts';
import { StoreUnavailable } from '../log/event-store.ts';
import { NodeLease } from '../forwarding/lease/node-lease.ts';
import { createTime } from '../forwarding/send.ts';
import type { GraphqlPorts } from '../api/context.ts';
import { openReplicaLog, portsOfReplica } from './replica/replica-log.ts';
import { openReplicaAlerts, openReplicaForwarding } from './sending.ts';
import { openRedaction } from './known-secrets.ts';
import { opened, openSealing } from './personal/sealing.ts';
import { carryOutErasures, createErasurePort } from './personal/erasures.ts';
import type { LogPorts, QueryingOptions } from './querying.ts';
import { copyFolder, lockReadModels } from './data-dir.ts';

/**
 * Opens what answers queries from a log in EventStoreDB, of which it has a copy. It starts even if the server does not answer:
 * until then it serves the copy that it has.
 * @throws LogUnusable, ReadModelUnusable - the settings are wrong, or what is in DATA_DIR or under the prefix can't be used
 */
export async function openEventStoreDbQuerying(
  settings: EventStoreDbSettings,
  options: QueryingOptions,
): Promise<() => GraphqlPorts> {
  const { dataDir, logger, closing, link } = options;
  closing.add('lock of the reader', await lockReadModels(copyFolder(dataDir)));
  const appender = new EventStoreDbAppender({ ...settings, logger });
  closing.add('connection to EventStoreDB', () => appender.close());
  const { personalKeysDir: keysFolder = null, clock } = options;
  const sealing = await openSealing({ folder: keysFolder, dataDir, part: 'reader', clock, logger, closing });
  const openEvent = openEventsWith(keysFolder);
  const current: CurrentLog = {
    append: sealing.appendTo(appender.append),
    readStream: (...given) => opened(appender.readStream(...given), openEvent),
  };
  const replica = await openReplicaLog({ kind: 'eventstoredb', ...settings }, options);
  const lease = new NodeLease({
    nodeId: randomUUID(),
    store: appender,
    log: () => replica.wholeCopy()?.reader ?? null,
    isCopied: () => replica.brokenBecause() === null,
    times: options.leaseTimes,
    time: createTime(options.clock),
    logger,
  });
  const forwarding = openReplicaForwarding(lease, options);
  const secretOfCopy = () => {
    const copy = replica.copy();
    // Without a copy, no query is answered.
    if (copy === null) throw new Error('There is no copy of the log.');
    return copy.reader.secret;
  };
  const redaction = openRedaction(secretOfCopy, options);
  const folder = copyFolder(dataDir);
  const always: Omit<GraphqlPorts, keyof LogPorts> = {
    progress: replica.progress,
    redaction,
    logSecret: () => replica.copy()?.reader.secret ?? null,
    health: {
      spooled: () => link.report().spooled,
      replicaBrokenBecause: () => replica.brokenBecause(),
      standby: () => null,
    },
    callbackSetup: options.callbackSetup,
    notifications: replica.changed,
    clock: options.clock,
    erasures: keysFolder === null ? null : createErasurePort({ folder, keysFolder, secret: secretOfCopy }),
    forwarding,
    alerts: openReplicaAlerts({ store: appender, replica, forwarding, lease, redaction }, options),
    logger,
  };
  if (keysFolder !== null) {
    const isOpen = () => replica.wholeCopy() !== null;
    carryOutErasures({ folder, keysFolder, append: appender.append, isOpen, logger, closing });
  }
  return portsOfReplica(
    { always, original: { current, mayHavePosition: (position) => hasServerPosition(appender, position) } },
    replica,
    options,
  );
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
