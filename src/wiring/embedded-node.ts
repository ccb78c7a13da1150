import { openQuarantine } from '../quarantine/quarantine.ts';
import { openSqliteEventStore, type LogCommit } from '../event-store/sqlite/sqlite-event-store.ts';
import type { LogAtOpening } from '../event-store/sqlite/log-opening.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { Notifier } from '../kernel/notifier.ts';
import { openLogForwarding } from './forwarding.ts';
import { createTimeSlices } from '../live/time-slices.ts';
import type { Node, NodeOptions } from './node.ts';
import { createLogPorts, knownDecisionsOf, openProjected } from './querying.ts';
import { openReceiver } from './receiving.ts';
import { createRestoreCheck } from './restored-log.ts';

/**
 * A node with the embedded log: one process has both roles.
 * @throws LogUnusable, ReadModelUnusable
 */
export async function openEmbeddedNode(options: NodeOptions): Promise<Node> {
  const { dataDir: folder, quarantineBounds: bounds, clock, logger, metrics, closing } = options;
  const [appended, changed, decided] = [new Notifier(), new Notifier(), new Notifier()];
  const onCommit = (commit: LogCommit) => {
    metrics.committed(commit);
    appended.notify();
  };
  const restore = createRestoreCheck(folder, logger);
  const isRestored = (log: LogAtOpening) => restore.isRestored(log);
  const store = openSqliteEventStore(folder, clock, { logger, onCommit, isRestored });
  closing.add('log', () => store.close());
  restore.discardReadModels();
  const projected = await openProjected({ folder, store, whole: Promise.resolve(), appended, changed }, options);
  // Before anything is received: a new target begins with the next callback.
  const forwarding = await openLogForwarding(store, options);
  const append = store.append.bind(store);
  const quarantine = await openQuarantine({ store, bounds, clock });
  const decisions = () => knownDecisionsOf(projected);
  const receiver = openReceiver({ append, quarantine, decisions, quarantineChanged: decided }, options);
  const mayHavePosition = async (position: bigint) => position <= (await store.endPosition());
  const ports: GraphqlPorts = {
    ...createLogPorts({ ...projected, append, reader: store, mayHavePosition, decided }, clock),
    progress: projected.models.progress,
    health: { spooled: () => null, replicaBrokenBecause: () => null },
    callbackSetup: options.callbackSetup,
    notifications: changed,
    timeSlices: createTimeSlices(),
    clock,
    forwarding,
    logger,
  };
  return {
    receiving: { receiver, recording: { canStore: () => true, spooled: () => null } },
    graphql: () => ports,
  };
}
