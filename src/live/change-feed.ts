import { compareChangePositions, type Changes, type ReadChanges } from '../read-models/changes.ts';
import type { ChangePosition } from '../read-models/rows.ts';
import type { Notifications } from '../kernel/notifier.ts';
import type { TimeSlices } from './time-slices.ts';

/** Rows looked at in one read: some 2 ms of work where all of them are told. */
export const changesReadMax = 100;

export interface FeedPorts {
  readonly notifications: Notifications;
  readonly timeSlices: TimeSlices;
}

/**
 * What changed after a place, and what changes from then on, in order, without a gap or a repeat. `isLast` of a page says
 * that it has caught up; the first page may be empty, later ones only where the checkpoint moved alone. Nothing is read
 * before it is asked for, so whoever is slow costs nothing. Ends once the signal aborts; a failing read fails it.
 */
export async function* readChangesFrom<Row>(
  read: ReadChanges<Row>,
  from: ChangePosition,
  { notifications: lookAgain, timeSlices: turns }: FeedPorts,
  signal: AbortSignal,
): AsyncGenerator<Changes<Row>, void> {
  let place = from;
  for (let isFirst = true; ; isFirst = false) {
    await turns.next();
    if (signal.aborted) return;
    const { seen } = lookAgain;
    const page = read(place, changesReadMax);
    const moved = compareChangePositions(page.to, place) > 0;
    place = page.to;
    if (moved || isFirst) yield page;
    if (page.isLast) await lookAgain.after(seen, signal);
  }
}
