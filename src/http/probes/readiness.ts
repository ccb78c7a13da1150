import { isNearlyFull, type DiskSpace } from '../../kernel/disk.ts';
import type { SpoolFigures } from '../../spool/spool-count.ts';
import type { GraphqlPorts } from '../../graphql/context.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { queryLagMsMax, storeFailureCountsForMs } from '../../connections/limits.ts';

/** Why a node is not ready: a closed list. docs/operations.md has the same texts, and the remedies. */
export const notReadyReasons = {
  STOPPING: 'The process is stopping: it answers open requests and accepts no new connections.',
  STORE_UNAVAILABLE: 'The newest callback could not be made durable.',
  STORE_OVERLOADED: 'The newest callback was refused, because too many others were waiting to be made durable.',
  PROJECTION_STALLED: 'The projector cannot read the log or write its rows, and retries.',
  PROJECTION_LAGS: 'Query results are more than 30 seconds behind the log.',
  DISK_NEARLY_FULL:
    'No more is left on the disk than is kept for callbacks: they are recorded, and query results stay as they are.',
  READ_MODEL_UNREADABLE: 'The read model cannot be read.',
  READ_MODEL_BUILDING: 'The read models are being built, and there are none to answer from meanwhile.',
} as const;

export type NotReadyReason = keyof typeof notReadyReasons;

export interface ReadinessCheck {
  readonly name: 'connections' | 'store' | 'projection' | 'disk' | 'read_model';
  readonly ok: boolean;
  /** Null if `ok`. */
  readonly reason: NotReadyReason | null;
}

type StoreFailure = Extract<NotReadyReason, 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED'>;

/** Whether callbacks can be made durable, in the log or in the spool. */
export interface StorageStatus {
  /** False while the log is not available and no spool accepts callbacks. */
  canStore(): boolean;
  /** The events that wait in the spool; null without a spool. */
  spooled(): SpoolFigures | null;
}

/** The state behind `/readyz` and its parts. */
export interface Readiness {
  /** Call it for every callback that was made durable. */
  readonly noteStored: () => void;
  /** Call it for every callback that could not be made durable. */
  noteNotStored(failure: StoreFailure): void;
  receive(): ReadinessCheck[];
  query(): Promise<ReadinessCheck[]>;
}

export interface ReadinessOptions {
  /** Null if queries are not this node's role: then their checks are left out. */
  readonly graphql: (() => Pick<GraphqlPorts, 'progress' | 'readModel'>) | null;
  readonly canStore: () => boolean;
  /** The disk of DATA_DIR. */
  readonly disk: () => DiskSpace;
  readonly stopping: () => boolean;
  /** Milliseconds of a monotonic clock. */
  readonly elapsedMs: () => number;
}

/**
 * Judges the store by the outcome of the newest callback, which says more than a trial write. A load balancer sends no
 * callbacks to a node that is not ready, so none could prove it ready again. A failure therefore counts for a bounded time.
 */
export function createReadiness({ graphql, canStore, disk, stopping, elapsedMs }: ReadinessOptions): Readiness {
  let failed: { readonly failure: StoreFailure; readonly atMs: number } | null = null;
  const connections = () => check('connections', stopping() ? 'STOPPING' : null);
  return {
    noteStored() {
      failed = null;
    },
    noteNotStored(failure) {
      failed = { failure, atMs: elapsedMs() };
    },
    receive() {
      if (!canStore()) return [connections(), check('store', 'STORE_UNAVAILABLE')];
      const counts = failed !== null && elapsedMs() - failed.atMs < storeFailureCountsForMs;
      return [connections(), check('store', counts ? (failed?.failure ?? null) : null)];
    },
    async query() {
      if (graphql === null) return [connections()];
      const { progress, readModel } = graphql();
      return [
        connections(),
        check('projection', await judgeProjection(progress)),
        check('disk', isNearlyFull(disk()) ? 'DISK_NEARLY_FULL' : null),
        check('read_model', judgeReadModel(readModel)),
      ];
    },
  };
}

function check(name: ReadinessCheck['name'], reason: NotReadyReason | null): ReadinessCheck {
  return { name, ok: reason === null, reason };
}

async function judgeProjection(progress: GraphqlPorts['progress']): Promise<NotReadyReason | null> {
  if (progress.stalledBecause() !== null) return 'PROJECTION_STALLED';
  try {
    return (await progress.lag()).ms > queryLagMsMax ? 'PROJECTION_LAGS' : null;
  } catch {
    // Without a known lag, nothing shows that queries are fresh.
    return 'PROJECTION_STALLED';
  }
}

function judgeReadModel(readModel: GraphqlPorts['readModel']): NotReadyReason | null {
  try {
    readModel.checkpoint();
    return null;
  } catch (error) {
    const isRefused = error instanceof LedgerError && error.code === 'STORE_UNAVAILABLE';
    return isRefused ? 'READ_MODEL_BUILDING' : 'READ_MODEL_UNREADABLE';
  }
}
