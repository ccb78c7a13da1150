import { openQuarantine } from '../quarantine/quarantine.ts';
import { openSqliteEventStore, type LogCommit } from '../event-store/sqlite/sqlite-event-store.ts';
import { Notifier } from '../kernel/notifier.ts';
import type { ProjectionWorker } from './projection-worker/start.ts';
import type { Node, NodeOptions } from './node.ts';
import { createGraphqlPorts, openProjected } from './querying.ts';
import { openReceiving } from './receiving.ts';

/**
 * The embedded log: one process does all.
 * @throws LogUnusable, ReadModelUnusable
 */
export async function openEmbeddedNode(options: NodeOptions): Promise<Node> {
  const { dataDir, quarantineBounds: bounds, clock, logger, metrics, closing } = options;
  let lookingAgain: ProjectionWorker | null = null;
  const onCommit = (commit: LogCommit) => {
    metrics.committed(commit);
    lookingAgain?.notify();
  };
  const store = openSqliteEventStore(dataDir, clock, { logger, onCommit });
  closing.push(() => store.close());
  const wakeUp = new Notifier();
  const { projection, readModel } = await openProjected(dataDir, store, wakeUp, options);
  lookingAgain = projection;
  const receiving = openReceiving(
    {
      append: (...given) => store.append(...given),
      quarantine: await openQuarantine({ store, bounds, clock }),
      decisions: readModel.quarantine,
    },
    options,
  );
  const standing = { spooled: () => null, replicaBrokenBecause: () => null };
  return {
    receiving: { receiver: receiving.receiver, recording: { canStore: () => true, spooled: () => null } },
    graphql: createGraphqlPorts(
      {
        store,
        mayReach: async (position) => position <= (await store.endPosition()),
        readModel,
        projector: projection,
        progress: projection,
        onDecided: () => {
          receiving.decided();
        },
        health: standing,
        notifications: wakeUp,
      },
      options,
    ),
    store,
    projector: projection,
  };
}
