import type { Notifications } from '../kernel/notifier.ts';
import { createSharedSlices } from '../kernel/time-slices.ts';
import { compareChangePositions, type Changes, type ChangePosition } from '../projecting/changes.ts';

/** Rows examined in one read: about 2 ms of work if all of them match. */
export const changesReadMax = 100;

/** Milliseconds that subscriptions work in one turn of the event loop. Then everything else of the process runs first, callbacks included. */
const sliceMsMax = 8;

/** Shared by all subscriptions: this thread has one event loop. */
export const subscriptionSlices = createSharedSlices(sliceMsMax).urgent;

/**
 * Reads the changes after a position, then those to come, in order, without a gap or a repeat. `isLast` of a page says
 * that it has caught up. The first page may be empty; a later one only if just the checkpoint moved. Nothing is read
 * before it is asked for, so a slow consumer costs nothing. Ends when the signal aborts; throws when a read fails.
 */
export async function* readChangesFrom<Page extends Pick<Changes<unknown>, 'to' | 'isLast'>>(
  read: (after: ChangePosition, rowsMax: number) => Page | Promise<Page>,
  from: ChangePosition,
  notifications: Notifications,
  signal: AbortSignal,
): AsyncGenerator<Page, void> {
  let position = from;
  for (let isFirst = true; ; isFirst = false) {
    if (subscriptionSlices.isOver()) await subscriptionSlices.next();
    if (signal.aborted) return;
    const { seen } = notifications;
    const page = await read(position, changesReadMax);
    const hasMoved = compareChangePositions(page.to, position) > 0;
    position = page.to;
    if (hasMoved || isFirst) yield page;
    if (page.isLast) await notifications.after(seen, signal);
  }
}

/** Notices when a read model changes. */
export interface ChangeWatch {
  /** Call it when the read model may have changed. */
  check(): void;
  stop(): void;
}

/** Milliseconds between two checks without a call: notifications can get lost when the thread that sends them crashes. */
export const changeCheckEveryMs = 1_000;

/** Calls `notify` whenever what `readMark` returns is another value. A read that fails is repeated with the next check. */
export function watchChanges(readMark: () => unknown, notify: () => void): ChangeWatch {
  let known: unknown = null;
  let stopped = false;
  const read = () => {
    try {
      return readMark();
    } catch {
      return known;
    }
  };
  known = read();
  const check = () => {
    // The projection stops after the readers are closed, and then reports its last batch.
    if (stopped) return;
    const mark = read();
    if (mark === known) return;
    known = mark;
    notify();
  };
  const timer = setInterval(check, changeCheckEveryMs);
  return {
    check,
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
