import { steadyClock, type Clock } from './clock.ts';

/** Milliseconds of work after which something is long: most needs less, and as many as have a snapshot have had so much in a third of its time. */
export const shortWorkMsMax = 20;

/** How one piece of work shares the thread with everything else, callbacks included. */
export interface TimeSlices {
  /** Whether the work of its kind has used up what it has of this turn of the event loop. Cheap enough to ask in a loop. */
  isOver(): boolean;
  /** Resolves in a later turn, in which there is time left. */
  next(): Promise<void>;
}

/** How works of one kind share what they have of each turn of the event loop. */
export interface SharedSlices {
  /** Of what must not be late: before all others, one after the other. */
  readonly urgent: TimeSlices;
  /**
   * Of one piece of work. Short ones come before long ones. Of the long ones, each has all that it needs before the next: side by side,
   * no query would have read everything before its snapshot is closed.
   */
  readonly ofOne: () => TimeSlices;
}

interface Work {
  readonly waiting: (() => void)[];
  lane: Set<Work>;
  workedMs: number;
}

/** Slices of so many milliseconds in a turn, by a monotonic clock; what was begun is finished. */
export function createSharedSlices(sliceMsMax: number, elapsedMs: Clock = steadyClock): SharedSlices {
  /** Works that wait, in the order in which they began to. */
  const [urgent, short, long] = [new Set<Work>(), new Set<Work>(), new Set<Work>()];
  /** When the first of them worked in this turn; null: none has. */
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
    // In this turn still, once all that this one does without waiting is done.
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
    // It has ended, or waits for something else.
    lane.delete(work);
  }
  return null;
}
