import { openQuarantine } from '../quarantine/quarantine.ts';
import { openSqliteEventStore, type LogCommit } from '../event-store/sqlite/sqlite-event-store.ts';
import type { LogAtOpening } from '../event-store/sqlite/log-opening.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { Closing } from '../kernel/closing.ts';
import { Notifier } from '../kernel/notifier.ts';
import { openLogAlerts } from './alerts.ts';
import { openLogForwarding } from './forwarding.ts';
import type { Node, NodeOptions } from './node.ts';
import { createLogPorts, knownDecisionsOf, openProjected } from './querying.ts';
import { openOutageRecord, readLastEnd } from './outages.ts';
import { openReceiver } from './receiving.ts';
import { assertLogIsBeside, createRestoreCheck } from './restored-log.ts';

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
  assertLogIsBeside(folder);
  const restore = createRestoreCheck(folder, logger);
  const isRestored = (log: LogAtOpening) => restore.isRestored(log);
  const store = openSqliteEventStore(folder, clock, { logger, onCommit, isRestored });
  closing.add('log', () => store.close());
  // Before anything else appends.
  const lastEnd = readLastEnd(folder, [folder]);
  restore.discardReadModels();
  const projected = await openProjected({ folder, store, whole: Promise.resolve(), appended, changed }, options);
  // Before anything is received: a new target begins with the next callback.
  const senders = new Closing(logger);
  // Both wait for answers. One after the other, they would take most of the time of a shutdown.
  closing.add('forwarding and alerts', () => senders.closeTogether());
  const forwarding = await openLogForwarding(store, { ...options, closing: senders });
  const watched = { store, projected, forwarding: forwarding.control };
  const alerts = await openLogAlerts(watched, { ...options, closing: senders });
  const append = store.append.bind(store);
  const quarantine = await openQuarantine({ store, bounds, clock });
  const decisions = () => knownDecisionsOf(projected);
  const outages = openOutageRecord({ dataDir: folder, lastEnd, append, node: null }, options);
  const receiver = openReceiver(
    { append: forwarding.append, quarantine, decisions, quarantineChanged: decided, outages: outages.record },
    options,
  );
  const mayHavePosition = async (position: bigint) => position <= (await store.endPosition());
  const ports: GraphqlPorts = {
    ...createLogPorts({ ...projected, append, reader: store, mayHavePosition, decided }, clock),
    progress: projected.models.progress,
    health: { spooled: () => null, replicaBrokenBecause: () => null },
    callbackSetup: options.callbackSetup,
    notifications: changed,
    clock,
    forwarding: forwarding.control,
    alerts,
    logger,
  };
  return {
    receiving: {
      receiver,
      recording: { canStore: () => true, spooled: () => null },
      takingCallbacks: () => outages.takingCallbacks(),
    },
    graphql: () => ports,
  };
}
