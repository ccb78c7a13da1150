import type { SpoolFigures } from '../../spool/spool-count.ts';
import type { GraphqlPorts } from '../../graphql/context.ts';
import { queryLagMsMax, storeFailureCountsForMs } from '../limits.ts';

/** Why a node is not ready, for whoever reads a probe: the closed list. */
export const notReadyReasons = {
  STOPPING: 'The process was told to stop; it answers what is open and takes no new connections.',
  STORE_UNAVAILABLE: 'The newest callback could not be made durable.',
  STORE_OVERLOADED: 'The newest callback found too many others waiting to be made durable.',
  PROJECTION_STALLED: 'The projector can not write its rows and tries again.',
  PROJECTION_LAGS: 'What queries tell is older than half a minute behind the log.',
  READ_MODEL_UNREADABLE: 'The read model can not be read.',
} as const;

export type NotReadyReason = keyof typeof notReadyReasons;

export interface ReadinessCheck {
  readonly name: 'connections' | 'store' | 'projection' | 'read_model';
  readonly ok: boolean;
  /** Null where it is ok. */
  readonly reason: NotReadyReason | null;
}

type StoreFailure = Extract<NotReadyReason, 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED'>;

/** How callbacks are made durable, where that may be in a spool. */
export interface StorageStatus {
  /** False where the log is away, and no spool takes what comes. */
  canStore(): boolean;
  /** What waits in the spool; null where there is none. */
  spooled(): SpoolFigures | null;
}

export interface Readiness {
  /** To be told of every callback that was made durable, and of every one that could not be. */
  noteStored(): void;
  noteNotStored(failure: StoreFailure): void;
  receive(): ReadinessCheck[];
  query(): Promise<ReadinessCheck[]>;
}

export interface ReadinessOptions {
  /** Null where queries are not this node's role: then nothing is checked for them. */
  readonly graphql: (() => Pick<GraphqlPorts, 'progress' | 'readModel'>) | null;
  readonly canStore: () => boolean;
  readonly stopping: () => boolean;
  /** Milliseconds that only go forward. */
  readonly elapsedMs: () => number;
}

/**
 * Judges by what happened to callbacks, not by writing any: one that was stored says more than a trial. A node that is not
 * ready gets no callbacks that could prove otherwise, so a failure is told for a time only, and then the next one tries.
 */
export function createReadiness({ graphql, canStore, stopping, elapsedMs }: ReadinessOptions): Readiness {
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
      const tells = failed !== null && elapsedMs() - failed.atMs < storeFailureCountsForMs;
      return [connections(), check('store', tells ? (failed?.failure ?? null) : null)];
    },
    async query() {
      if (graphql === null) return [connections()];
      const { progress, readModel } = graphql();
      return [
        connections(),
        check('projection', await judgeProjection(progress)),
        check('read_model', isReadable(readModel) ? null : 'READ_MODEL_UNREADABLE'),
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
    // How far it is can't be told: then it can't be said to be fresh either.
    return 'PROJECTION_STALLED';
  }
}

function isReadable(readModel: GraphqlPorts['readModel']): boolean {
  try {
    readModel.checkpoint();
    return true;
  } catch {
    return false;
  }
}
