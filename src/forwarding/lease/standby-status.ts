import {
  failedListedMax,
  forwardFaults,
  type ForwardFault,
  type ForwardTargetStatus,
} from '../../domain/forwarding/forwarding-control.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { LeasedProgress } from './leased-progress.ts';

/** A target as a node shows it that does not forward: counts are of the process, and it has sent nothing. */
export async function standbyStatus(
  name: string,
  progress: LeasedProgress,
  { log, clock }: { readonly log: Pick<EventReader, 'lagAfter' | 'readAt'>; readonly clock: Clock },
): Promise<ForwardTargetStatus> {
  const { readTo, isPaused, isFailing, pending, failed, setAsideTotal } = progress;
  const unread = await log.lagAfter(readTo);
  const [oldest] = pending;
  const oldestMs =
    oldest === undefined ? unread.oldestRecordedAtMs : ((await log.readAt(oldest))?.recordedAtMs ?? null);
  return {
    name,
    state: isPaused ? 'PAUSED' : isFailing ? 'FAILING' : 'RUNNING',
    isActiveHere: false,
    position: oldest === undefined ? readTo : oldest - 1n,
    lagEvents: unread.events + pending.length,
    lagMs: oldestMs === null ? 0 : Math.max(0, clock() - oldestMs),
    attempts: 0,
    delivered: 0,
    failures: Object.fromEntries(forwardFaults.map((fault) => [fault, 0])) as Record<ForwardFault, number>,
    lastFailure: null,
    retrying: failed.slice(0, failedListedMax),
    setAsideTotal,
  };
}
