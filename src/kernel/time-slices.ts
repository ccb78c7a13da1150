import { steadyClock, type Clock } from './clock.ts';

/** Milliseconds after which work is long. Most needs less, and all work with a snapshot gets this much in a third of its time. */
export const shortWorkMsMax = 20;

/** How one piece of work shares the thread with everything else, callbacks included. */
export interface TimeSlices {
  /** Whether work of its kind has used up its share of this turn of the event loop. Cheap enough to call in a loop. */
  isOver(): boolean;
  /** Resolves in a later turn that has time left. */
  next(): Promise<void>;
}

/** How pieces of work of one kind share their part of each turn. */
export interface SharedSlices {
  /** For what must not be late: before all others, one after the other. */
  readonly urgent: TimeSlices;
  /**
   * For one piece of work. Short ones come before long ones. Long ones run one after the other: side by side, no query
   * would have read everything before its snapshot is closed.
   */
  readonly ofOne: () => TimeSlices;
}

interface Work {
  readonly waiting: (() => void)[];
  lane: Set<Work>;
  workedMs: number;
}

/** Slices of `sliceMsMax` milliseconds per turn, by a monotonic clock; a begun step ends. */
export function createSharedSlices(sliceMsMax: number, elapsedMs: Clock = steadyClock): SharedSlices {
  /** Waiting work, in the order in which it began to wait. */
  const [urgent, short, long] = [new Set<Work>(), new Set<Work>(), new Set<Work>()];
  /** When the first of them ran in this turn; null if none has. */
  let begunMs: number | null = null;
  const begin = () => {
    setImmediate(() => {
      begunMs = null;
      goOn();
    });
    return (begunMs = elapsedMs());
  };
  const isOver = () => elapsedMs() - (begunMs ?? begin()) >= sliceMsMax;
  const goOn = () => {
    const work = firstOf(urgent) ?? firstOf(short) ?? firstOf(long);
    if (work === null) return;
    if (begunMs === null) begin();
    const startedMs = elapsedMs();
    work.waiting.shift()?.();
    const noteWork = () => {
      work.workedMs += elapsedMs() - startedMs;
      if (work.lane === short && work.workedMs >= shortWorkMsMax) {
        short.delete(work);
        work.lane = long.add(work);
      }
      if (!isOver()) goOn();
    };
    // Still in this turn, after all that this one does without waiting.
    queueMicrotask(() => process.nextTick(noteWork));
  };
  const createSlices = (lane: Set<Work>): TimeSlices => {
    const work: Work = { waiting: [], lane, workedMs: 0 };
    return {
      isOver,
      next: () =>
        new Promise((resolve) => {
          work.waiting.push(resolve);
          work.lane.add(work);
          if (begunMs === null) begin();
        }),
    };
  };
  return { urgent: createSlices(urgent), ofOne: () => createSlices(short) };
}

function firstOf(lane: Set<Work>): Work | null {
  for (const work of lane) {
    if (work.waiting.length > 0) return work;
    // It has ended, or waits elsewhere.
    lane.delete(work);
  }
  return null;
}
