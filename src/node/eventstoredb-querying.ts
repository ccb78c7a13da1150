import { randomUUID } from 'node:crypto';
import { EventStoreDbAppender } from '../log/eventstoredb/appender.ts';
import type { EventStoreDbSettings } from '../log/eventstoredb/settings.ts';
import type { CurrentLog } from '../log/only-event.ts';
import { openEventsWith } from '../log/sealing/key-files.ts';
import { StoreUnavailable } from '../log/event-store.ts';
import { NodeLease } from '../forwarding/lease/node-lease.ts';
import { createTime } from '../forwarding/send.ts';
import type { GraphqlPorts } from '../api/ports.ts';
import { openReplicaLog, portsOfReplica, refuse } from './replica/replica-log.ts';
import { openReplicaAlerts, openReplicaForwarding } from './sending.ts';
import { openRedaction } from './known-secrets.ts';
import { opened, openSealing } from './sealing.ts';
import { carryOutErasures, createErasurePort } from './erasures.ts';
import type { QueryingOptions } from './querying.ts';
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
    time: createTime(clock),
    logger,
  });
  const forwarding = openReplicaForwarding(lease, options);
  const secretOfCopy = () => (replica.copy() ?? refuse()).reader.secret;
  const redaction = openRedaction(secretOfCopy, options);
  const folder = copyFolder(dataDir);
  const ports = {
    redaction,
    health: {
      spooled: () => link.report().spooled,
      replicaBrokenBecause: () => replica.brokenBecause(),
      standby: () => null,
    },
    erasures: keysFolder === null ? null : createErasurePort({ folder, keysFolder, secret: secretOfCopy }),
    forwarding,
    alerts: openReplicaAlerts({ store: appender, replica, forwarding, lease, redaction }, options),
  };
  if (keysFolder !== null) {
    const isOpen = () => replica.wholeCopy() !== null;
    carryOutErasures({ folder, keysFolder, append: appender.append, isOpen, logger, closing });
  }
  const original = { current, mayHavePosition: (position: bigint) => hasServerPosition(appender, position) };
  return portsOfReplica({ ports, original }, replica, options);
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
