import { failedListedMax, type FailedForward } from '../forwarding-control.ts';
import type { EventReader } from '../../log/event-store.ts';
import { newDelivery, toFailedForward, type Delivery } from '../delivery.ts';
import type { ForwardingState, SavedTarget, TargetChanges } from '../target-progress.ts';
import type { LeasedProgress } from './leased-progress.ts';

/** The state of one target on the node that forwards: in memory, until it is appended with the lease. */
export interface LeasedState extends ForwardingState {
  /** Grows with each change. */
  readonly version: number;
  /** The version of the last change that must be durable before anything else is sent. */
  readonly owedVersion: number;
  progress(): Omit<LeasedProgress, 'isFailing'>;
}

/**
 * Continues from the progress of the previous node: pending events are read from the log again. `onOwed` is called
 * after each change that must be durable at once.
 */
export async function openLeasedState(
  progress: LeasedProgress,
  log: Pick<EventReader, 'readAt'>,
  onOwed: () => void = () => undefined,
): Promise<LeasedState> {
  const opened = await savedTargetOf(progress, log);
  const pending = new Map(opened.pending.map((delivery) => [delivery.position, delivery]));
  let { readTo, isPaused, setAsideTotal } = opened;
  let setAside: readonly FailedForward[] = progress.setAside;
  let [version, owedVersion] = [0, 0];
  return {
    open: () => opened,
    save(_name: string, changes: TargetChanges, isDurable: boolean) {
      version += 1;
      ({ readTo, isPaused, setAsideTotal } = changes);
      for (const position of changes.done) pending.delete(position);
      for (const delivery of changes.pending) pending.set(delivery.position, delivery);
      setAside = [...changes.setAside.toReversed(), ...setAside].slice(0, failedListedMax);
      if (!isDurable) return;
      owedVersion = version;
      onOwed();
    },
    setAside: (_name, max) => setAside.slice(0, max),
    get version() {
      return version;
    },
    get owedVersion() {
      return owedVersion;
    },
    progress() {
      const deliveries = [...pending.values()].sort((one, other) => (one.position < other.position ? -1 : 1));
      const failed = deliveries.flatMap((one) =>
        one.failed === null ? [] : [toFailedForward(one.position, one.failed)],
      );
      return { readTo, isPaused, setAsideTotal, pending: deliveries.map(({ position }) => position), failed, setAside };
    },
    close: () => undefined,
  };
}

async function savedTargetOf(progress: LeasedProgress, log: Pick<EventReader, 'readAt'>): Promise<SavedTarget> {
  const { readTo, isPaused, setAsideTotal } = progress;
  const failed = new Map(progress.failed.map((one) => [one.position, one]));
  const pending: Delivery[] = [];
  for (const position of progress.pending) {
    const event = await log.readAt(position);
    // The event was removed from the log.
    if (event === null) continue;
    const { attempts, firstFailedAtMs: firstAtMs, lastFailedAtMs: lastAtMs, fault } = failed.get(position) ?? {};
    const isFailed = attempts !== undefined && firstAtMs !== undefined && lastAtMs !== undefined && fault !== undefined;
    pending.push({ ...newDelivery(event), failed: isFailed ? { attempts, firstAtMs, lastAtMs, fault } : null });
  }
  return { readTo, isPaused, setAsideTotal, pending };
}
