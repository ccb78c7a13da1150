import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { AuthenticitySettings } from './callbacks/authenticity.ts';
import { createReceiver } from './callbacks/receiver.ts';
import { quarantineBounds, type QuarantineBounds } from './callbacks/quarantine-bounds.ts';
import { createQuarantineDesk } from './callbacks/quarantine-desk.ts';
import { openQuarantine } from './callbacks/quarantine.ts';
import { startQuarantineSweeping } from './callbacks/quarantine-sweeping.ts';
import type { EventStore } from './event-store/event-store.ts';
import { openSqliteEventStore, type LogCommit } from './event-store/sqlite/sqlite-event-store.ts';
import { WakeUp } from './event-store/wake-up.ts';
import type { ApiAccess } from './http/api-tokens.ts';
import { liveBounds, type LiveBounds } from './http/live/live-bounds.ts';
import { connectionsWaitingMax } from './http/limits.ts';
import { createMetrics } from './http/metrics.ts';
import { observeQuarantine } from './http/quarantine-metrics.ts';
import { createServer, type ServerLogger } from './http/server.ts';
import { systemClock, type Clock } from './kernel/clock.ts';
import { watchCheckpoint, type CheckpointWatch } from './live/look-again.ts';
import { createTurns } from './live/turns.ts';
import type { Projector } from './projections/projector.ts';
import { openReadModelForReading, readModelFileName } from './read-models/sqlite/read-model-file.ts';
import { createSqliteReadModelReader } from './read-models/sqlite/sqlite-read-model-reader.ts';
import { startProjection, type ProjectionThread } from './threads/start-projection.ts';
import { version } from './version.ts';

export interface AppOptions {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly trustProxy: readonly string[];
  readonly authenticity: AuthenticitySettings;
  readonly access: ApiAccess;
  readonly logger: ServerLogger;
  readonly clock?: Clock;
  /** What may be kept in quarantine, and for how long. */
  readonly quarantineBounds?: QuarantineBounds;
  /** What subscriptions and the connections that carry them may take. */
  readonly liveBounds?: LiveBounds;
}

export interface App {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly store: EventStore;
  readonly projector: Projector;
  /** Answers open requests, then stops the projector and closes the files. */
  close(): Promise<void>;
}

/**
 * Opens the whole product on a data directory and listens.
 * @throws LogUnusable, ReadModelUnusable - the message says what to do; everything opened until then is closed again
 */
export async function openApp(options: AppOptions): Promise<App> {
  const { dataDir, logger, clock = systemClock } = options;
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const step of closing.reverse().splice(0)) await step();
  };
  const metrics = createMetrics();
  try {
    let projector: ProjectionThread | null = null;
    const onCommit = (commit: LogCommit) => {
      metrics.committed(commit);
      projector?.lookAgain();
    };
    const store = openSqliteEventStore(dataDir, clock, { logger, onCommit });
    closing.push(() => store.close());
    let watch: CheckpointWatch | null = null;
    const onProgress = () => watch?.look();
    const projection = (projector = await startProjection({ dataDir, store, clock, logger, onProgress }));
    closing.push(() => projection.stop());
    const reading = openReadModelForReading(readModelFileName(dataDir));
    closing.push(() => reading.close());
    const readModel = createSqliteReadModelReader(reading);
    const wakeUp = new WakeUp();
    const watching = (watch = watchCheckpoint(
      () => readModel.checkpoint(),
      () => {
        wakeUp.ring();
      },
    ));
    closing.push(() => {
      watching.stop();
    });
    const bounds = options.quarantineBounds ?? quarantineBounds;
    const quarantine = await openQuarantine({ store, bounds, clock });
    observeQuarantine(metrics.registry, { quarantine, bounds });
    const sweeping = startQuarantineSweeping({
      quarantine,
      decisions: readModel.quarantine,
      everyMs: bounds.sweepEveryMs,
      clock,
      logger,
    });
    closing.push(() => sweeping.stop());
    const receiver = createReceiver({
      store,
      quarantine,
      authenticity: options.authenticity,
      clock,
      logger,
      onShareUsedUp: () => {
        sweeping.makeRoom();
      },
      onOutcome: metrics.received,
    });
    closing.push(() => {
      receiver.close();
    });
    const server = await createServer({
      receiver,
      graphql: {
        readModel,
        decisions: createQuarantineDesk({
          store,
          reached: (position) => projection.reached(position),
          clock,
          onDecided: () => {
            sweeping.decided();
          },
        }),
        bodies: { bodyAt: async (position) => (await store.readAt(position))?.data ?? null },
        progress: projection,
        log: { logId: store.logId, epoch: store.epoch, endPosition: () => store.endPosition() },
        lookAgain: wakeUp,
        turns: createTurns(),
        logger,
      },
      liveBounds: options.liveBounds ?? liveBounds,
      metrics,
      version,
      access: options.access,
      trustProxy: options.trustProxy,
      logger,
    });
    closing.push(() => server.close());
    await server.ready();
    // Not by Fastify, which opens a second server where `localhost` has two addresses, and does not wait for its requests
    // when it stops.
    const { host, port } = options;
    const address = host === 'localhost' ? '127.0.0.1' : host;
    await once(server.server.listen(port, address, connectionsWaitingMax), 'listening');
    return { url: urlOf(server.server.address() as AddressInfo), store, projector: projection, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
