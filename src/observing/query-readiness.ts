import { queryLagMsMax } from '../connections/limits.ts';
import type { GraphqlPorts } from '../api/ports.ts';
import { isNearlyFull, type DiskSpace } from '../kernel/disk.ts';
import { LedgerError, readinessCheck, type NotReadyReason, type ReadinessCheck } from '../kernel/errors.ts';

/** Whether the reader can answer from fresh rows. The recorder adds this to its own checks. */
export async function checkQueryReadiness(
  { progress, readModel, unfinishedImport }: Pick<GraphqlPorts, 'progress' | 'readModel' | 'unfinishedImport'>,
  disk: DiskSpace,
): Promise<ReadinessCheck[]> {
  return [
    readinessCheck('projection', await judgeProjection(progress)),
    readinessCheck('disk', isNearlyFull(disk) ? 'DISK_NEARLY_FULL' : null),
    readinessCheck('read_model', judgeReadModel(readModel)),
    readinessCheck('record', await judgeRecord(unfinishedImport)),
  ];
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

async function judgeRecord(unfinishedImport: GraphqlPorts['unfinishedImport']): Promise<NotReadyReason | null> {
  try {
    return (await unfinishedImport()) === null ? null : 'IMPORT_UNFINISHED';
  } catch {
    // There is no log to read: the other checks say why.
    return null;
  }
}
