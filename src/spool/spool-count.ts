import type { Clock } from '../kernel/clock.ts';
import type { SpoolBacklog } from '../kernel/spool-backlog.ts';
import type { NewEvent, RecordedEvent } from '../event-store/event-store.ts';

/** What a spool holds, for whoever asks how it stands. */
export interface SpoolFigures extends SpoolBacklog {
  /** Events since the start. */
  readonly eventsSpooledTotal: number;
  readonly eventsDrainedTotal: number;
}

/** Counts along, so that nobody has to look into the file. */
export interface SpoolCount {
  /** At the start. */
  found(event: RecordedEvent): void;
  /** Before the events are durable, so that many at once keep to the bound together. */
  reserve(events: number, bytes: number): void;
  cancel(events: number, bytes: number): void;
  removed(events: readonly RecordedEvent[]): void;
  /** When the oldest that is left came; null where nothing is. */
  oldestIsFrom(atMs: number | null): void;
  setAside(event: RecordedEvent): void;
  figures(): SpoolFigures;
}

export function createSpoolCount(clock: Clock): SpoolCount {
  let [events, bytes, eventsRefused, eventsSpooledTotal, eventsDrainedTotal] = [0, 0, 0, 0, 0];
  let oldestAtMs: number | null = null;
  const add = (moreEvents: number, moreBytes: number) => {
    events += moreEvents;
    bytes += moreBytes;
  };
  return {
    found(event) {
      oldestAtMs ??= event.recordedAtMs;
      add(1, bytesOf(event));
    },
    reserve(moreEvents, moreBytes) {
      oldestAtMs ??= clock();
      eventsSpooledTotal += moreEvents;
      add(moreEvents, moreBytes);
    },
    cancel(fewerEvents, fewerBytes) {
      eventsSpooledTotal -= fewerEvents;
      add(-fewerEvents, -fewerBytes);
      if (events === 0) oldestAtMs = null;
    },
    removed(gone) {
      eventsDrainedTotal += gone.length;
      for (const event of gone) add(-1, -bytesOf(event));
      if (events === 0) oldestAtMs = null;
    },
    oldestIsFrom(atMs) {
      oldestAtMs = events === 0 ? null : (atMs ?? oldestAtMs);
    },
    setAside(event) {
      eventsRefused += 1;
      add(-1, -bytesOf(event));
      if (events === 0) oldestAtMs = null;
    },
    figures: () => ({
      events,
      bytes,
      oldestAgeMs: oldestAtMs === null ? 0 : Math.max(0, clock() - oldestAtMs),
      eventsRefused,
      eventsSpooledTotal,
      eventsDrainedTotal,
    }),
  };
}

export function bytesOf({ data, metadata }: Pick<NewEvent, 'data' | 'metadata'>): number {
  return data.byteLength + metadata.byteLength;
}
