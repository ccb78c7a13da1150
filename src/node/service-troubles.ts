import type { Troubles } from '../alerts/kinds/findings.ts';
import type { ForwardingControl, ForwardTargetStatus } from '../forwarding/forwarding-control.ts';
import { isNearlyFull, measureDiskSpace } from '../kernel/disk.ts';
import type { ProjectionProgress, ReadModelReader } from '../projecting/read-model-reader.ts';

/** Milliseconds that the projection may be behind before it counts as trouble. */
const behindMsMax = 60_000;

/** The parts of a service that are checked for troubles. */
export interface ServiceParts {
  readonly projected: {
    readonly models: {
      readonly progress: Pick<ProjectionProgress, 'lag' | 'stalledBecause' | 'counts'>;
      isKeptUpToDate(): boolean;
    };
    readonly readModel: Pick<ReadModelReader, 'poisoned'>;
  };
  readonly forwarding: Pick<ForwardingControl, 'targets'>;
}

/**
 * What is wrong with this service now. A trouble is null while it is unknown after a start whether it is over, because counts
 * begin at zero.
 */
export async function troublesOf({ projected, forwarding }: ServiceParts, dataDir: string): Promise<Troubles> {
  const { models, readModel } = projected;
  const lag = await models.progress.lag();
  const hasProjected = lag.events === 0 || models.progress.counts().events > 0;
  const isStalled = models.progress.stalledBecause() !== null || (hasProjected ? false : null);
  const isBehind = lag.ms > behindMsMax;
  const targets = (await forwarding.targets()).map(isFailing);
  return {
    PROJECTION_STALLED: isStalled,
    PROJECTION_BEHIND: isStalled === null && isBehind ? null : isStalled !== true && isBehind,
    POISONED: models.isKeptUpToDate() ? readModel.poisoned(1).length > 0 : null,
    FORWARDING: targets.includes(true) || (targets.includes(null) ? null : false),
    DISK: isNearlyFull(measureDiskSpace(dataDir)),
  };
}

/** Null while no pending callback was taken, or failed often enough, since the start. */
function isFailing({ state, isActiveHere, delivered, lagEvents }: ForwardTargetStatus): boolean | null {
  if (state === 'FAILING') return true;
  return isActiveHere && state === 'RUNNING' && delivered === 0 && lagEvents > 0 ? null : false;
}
