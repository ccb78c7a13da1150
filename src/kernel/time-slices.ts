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

interface Work {
  readonly client: string;
  readonly waiting: (() => void)[];
  lane: Lane;
  workedMs: number;
}

/** Waiting work by client, in the order of their turns. */
type Lane = Map<string, Set<Work>>;

/** How pieces of work of one kind share a turn: in slices of `sliceMsMax` milliseconds, by a monotonic clock; a begun step ends. */
export function createSharedSlices(sliceMsMax: number, elapsedMs: Clock = steadyClock) {
  const [urgent, short, long]: [Lane, Lane, Lane] = [new Map(), new Map(), new Map()];
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
        short.get(work.client)?.delete(work);
        work.lane = long;
        addTo(long, work);
      }
      if (!isOver()) goOn();
    };
    // Still in this turn, after all that this one does without waiting.
    queueMicrotask(() => process.nextTick(noteWork));
  };
  const createSlices = (lane: Lane, client = ''): TimeSlices => {
    const work: Work = { client, waiting: [], lane, workedMs: 0 };
    return {
      isOver,
      next: () =>
        new Promise((resolve) => {
          work.waiting.push(resolve);
          addTo(work.lane, work);
          if (begunMs === null) begin();
        }),
    };
  };
  return {
    /** For what must not be late: before all others, one after the other. */
    urgent: createSlices(urgent),
    /**
     * For one piece of work of a client. Short ones come before long ones, and clients take turns. Long ones run one after the other: side by
     * side, no query would have read everything before its snapshot is closed.
     */
    ofOne: (client?: string) => createSlices(short, client),
  };
}

function addTo(lane: Lane, work: Work): void {
  const works = lane.get(work.client);
  if (works === undefined) lane.set(work.client, new Set([work]));
  else works.add(work);
}

function firstOf(lane: Lane): Work | null {
  for (const [client, works] of lane) {
    const [work] = works;
    if (work !== undefined && work.waiting.length > 0) return work;
    // It has ended, or waits elsewhere: others have their turn. The loop comes to those that are set again.
    if (work !== undefined) works.delete(work);
    lane.delete(client);
    if (works.size > 0) lane.set(client, works);
  }
  return null;
}
