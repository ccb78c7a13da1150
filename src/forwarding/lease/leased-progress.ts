import type { JsonObject } from '../../callbacks/json-object.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { EventReader } from '../../log/event-store.ts';
import { newDelivery, type Delivery } from '../delivery-queue.ts';
import type { Forwarder, ForwardingChange } from '../forwarder.ts';
import type { ForwardingState, SavedTarget, TargetChanges } from '../target-progress.ts';
import {
  failedListedMax,
  noFailures,
  type FailedForward,
  type ForwardFault,
  type ForwardTargetStatus,
} from '../target.ts';

/** How far a target is, as the node that forwards saves it for the next one. */
export interface LeasedProgress extends Omit<SavedTarget, 'pending'> {
  readonly isFailing: boolean;
  /** Pending positions up to `readTo`, in the order of the log. */
  readonly pending: readonly bigint[];
  /** The pending callbacks that have failed, in the order of the log, at most `failedSavedMax`. */
  readonly failed: readonly FailedForward[];
  /** Newest first, at most `failedListedMax`. */
  readonly setAside: readonly FailedForward[];
}

/** Failures that are saved: an event has at most 1 MiB. The next node counts the attempts of any more anew. */
const failedSavedMax = 2_000;

/** The progress of a target that nothing was sent to yet. */
export function newProgress(readTo: bigint): LeasedProgress {
  const nothing = { pending: [], failed: [], setAside: [] };
  return { readTo, isPaused: false, isFailing: false, setAsideTotal: 0, ...nothing };
}

/** The progress after an operator's change, as a node that does not forward knows it. */
export function afterChange(progress: LeasedProgress, change: ForwardingChange): LeasedProgress {
  const { pending, failed, setAside, setAsideTotal } = progress;
  switch (change.what) {
    case 'pause':
    case 'resume':
      return { ...progress, isPaused: change.what === 'pause' };
    case 'replay': {
      const stay = failed.filter(({ position }) => position <= change.after);
      return { ...progress, readTo: change.after, pending: stay.map(({ position }) => position), failed: stay };
    }
    case 'skip': {
      const skipped = new Set(failed.map(({ position }) => position));
      return {
        ...progress,
        pending: pending.filter((position) => !skipped.has(position)),
        failed: [],
        setAside: [...failed.toReversed(), ...setAside].slice(0, failedListedMax),
        setAsideTotal: setAsideTotal + failed.length,
      };
    }
  }
}

/** As JSON. Pending positions are saved as the distances between them, newest first, from `readTo` on: a tenth of the bytes. */
export function encodeProgress({ readTo, pending, failed, setAside, ...rest }: LeasedProgress): JsonObject {
  let from = readTo;
  const pendingGaps = pending.toReversed().map((position) => {
    const gap = Number(from - position);
    from = position;
    return gap;
  });
  return {
    readTo: String(readTo),
    ...rest,
    pendingGaps,
    failed: failed.slice(0, failedSavedMax).map(toRow),
    setAside: setAside.slice(0, failedListedMax).map(toRow),
  };
}

type FailedRow = readonly [string, number, number, number, ForwardFault];

const toRow = ({ position, attempts, firstFailedAtMs, lastFailedAtMs, fault }: FailedForward): FailedRow => [
  String(position),
  attempts,
  firstFailedAtMs,
  lastFailedAtMs,
  fault,
];

const ofRow = ([position, attempts, firstFailedAtMs, lastFailedAtMs, fault]: FailedRow): FailedForward => ({
  position: BigInt(position),
  attempts,
  firstFailedAtMs,
  lastFailedAtMs,
  fault,
});

/** The inverse of `encodeProgress`, for what this product has written: its digest was checked. */
export function decodeProgress(stored: JsonObject): LeasedProgress {
  const { isPaused, isFailing, setAsideTotal, pendingGaps, failed, setAside } = stored;
  const readTo = BigInt(stored['readTo'] as string);
  let position = readTo;
  const pending = (pendingGaps as number[]).map((gap) => (position -= BigInt(gap)));
  return {
    readTo,
    isPaused: isPaused === true,
    isFailing: isFailing === true,
    setAsideTotal: Number(setAsideTotal),
    pending: pending.reverse(),
    failed: (failed as FailedRow[]).map(ofRow),
    setAside: (setAside as FailedRow[]).map(ofRow),
  };
}

/** A target as a node that does not forward shows it: counts are of the process, and it has sent nothing. */
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
    failures: noFailures(),
    lastFailure: null,
    retrying: failed.slice(0, failedListedMax),
    setAsideTotal,
  };
}

/** What the node that forwards keeps in memory beside the forwarder, until it is appended. */
export interface LeasedState extends ForwardingState {
  /** Grows with each change. */
  readonly version: number;
  /** The version of the last change that must be durable before anything else is sent. */
  readonly owedVersion: number;
}

/** `onOwed` is called after each change that must be durable at once. */
export function openLeasedState(
  opened: SavedTarget,
  setAsideBefore: readonly FailedForward[],
  onOwed: () => void = () => undefined,
): LeasedState {
  let setAside = setAsideBefore;
  const state = {
    version: 0,
    owedVersion: 0,
    open: () => opened,
    save(_name: string, changes: TargetChanges, isDurable: boolean) {
      state.version += 1;
      setAside = [...changes.setAside.toReversed(), ...setAside].slice(0, failedListedMax);
      if (!isDurable) return;
      state.owedVersion = state.version;
      onOwed();
    },
    setAside: (_name: string, max: number) => setAside.slice(0, max),
    close: () => undefined,
  };
  return state;
}

/** How far a forwarder is; final once it has ended. */
export function progressOf(forwarder: Pick<Forwarder, 'progressNow' | 'isFailing' | 'setAside'>): LeasedProgress {
  const { pending, ...rest } = forwarder.progressNow();
  return {
    ...rest,
    isFailing: forwarder.isFailing,
    pending: pending.map(({ position }) => position),
    failed: pending.flatMap(({ failed }) => failed ?? []),
    setAside: forwarder.setAside(),
  };
}

/** What a forwarder continues from: the pending events are read from the log again. */
export async function savedTargetOf(progress: LeasedProgress, log: Pick<EventReader, 'readAt'>): Promise<SavedTarget> {
  const { readTo, isPaused, setAsideTotal } = progress;
  const failed = new Map(progress.failed.map((one) => [one.position, one]));
  const pending: Delivery[] = [];
  for (const position of progress.pending) {
    const event = await log.readAt(position);
    // The event was removed from the log.
    if (event !== null) pending.push({ ...newDelivery(event), failed: failed.get(position) ?? null });
  }
  return { readTo, isPaused, setAsideTotal, pending };
}
