import { openQuarantine } from '../quarantine/quarantine.ts';
import { openSqliteEventStore, type LogCommit } from '../event-store/sqlite/sqlite-event-store.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { Notifier } from '../kernel/notifier.ts';
import { createTimeSlices } from '../live/time-slices.ts';
import type { Node, NodeOptions } from './node.ts';
import { createLogPorts, openProjected } from './querying.ts';
import { openReceiver } from './receiving.ts';

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
  const store = openSqliteEventStore(folder, clock, { logger, onCommit });
  closing.add('log', () => store.close());
  const { projector, readModel } = await openProjected({ folder, store, appended, changed }, options);
  const append = store.append.bind(store);
  const quarantine = await openQuarantine({ store, bounds, clock });
  const decisions = () => readModel.quarantine;
  const receiver = openReceiver({ append, quarantine, decisions, quarantineChanged: decided }, options);
  const mayHavePosition = async (position: bigint) => position <= (await store.endPosition());
  const ports: GraphqlPorts = {
    ...createLogPorts({ append, reader: store, mayHavePosition, projector, readModel, decided }, clock),
    progress: projector,
    health: { spooled: () => null, replicaBrokenBecause: () => null },
    notifications: changed,
    timeSlices: createTimeSlices(),
    logger,
  };
  return {
    receiving: { receiver, recording: { canStore: () => true, spooled: () => null } },
    graphql: () => ports,
  };
}
