import type { Clock } from '../../kernel/clock.ts';
import type { SpoolBacklog } from '../../kernel/readiness.ts';
import type { NewEvent, RecordedEvent } from '../event-store.ts';

/** The state of a spool, for metrics, probes and queries. */
export interface SpoolFigures extends SpoolBacklog {
  /** Events since the process started. */
  readonly eventsSpooledTotal: number;
  readonly eventsDrainedTotal: number;
}

/** Counts waiting events, so that the file need not be read. */
export interface SpoolCount {
  /** It was in the spool at start. */
  present(event: RecordedEvent): void;
  /** Before the events are durable, so that concurrent ones respect the bound together. */
  reserve(events: number, bytes: number): void;
  cancel(events: number, bytes: number): void;
  /** The log has acknowledged the event. */
  drained(event: RecordedEvent): void;
  /** When the oldest remaining event arrived; null if none is left. */
  oldestIsFrom(atMs: number | null): void;
  setAside(event: RecordedEvent): void;
  figures(): SpoolFigures;
}

export function createSpoolCount(clock: Clock): SpoolCount {
  let [events, bytes, eventsRefused, eventsSpooledTotal, eventsDrainedTotal] = [0, 0, 0, 0, 0];
  /** Meaningless while nothing waits. */
  let oldestAtMs = 0;
  const add = (moreEvents: number, moreBytes: number) => {
    events += moreEvents;
    bytes += moreBytes;
  };
  return {
    present(event) {
      if (events === 0) oldestAtMs = event.recordedAtMs;
      add(1, bytesOf(event));
    },
    reserve(moreEvents, moreBytes) {
      if (events === 0) oldestAtMs = clock();
      eventsSpooledTotal += moreEvents;
      add(moreEvents, moreBytes);
    },
    cancel(fewerEvents, fewerBytes) {
      eventsSpooledTotal -= fewerEvents;
      add(-fewerEvents, -fewerBytes);
    },
    drained(event) {
      eventsDrainedTotal += 1;
      add(-1, -bytesOf(event));
    },
    oldestIsFrom(atMs) {
      oldestAtMs = atMs ?? oldestAtMs;
    },
    setAside(event) {
      eventsRefused += 1;
      add(-1, -bytesOf(event));
    },
    figures: () => ({
      events,
      bytes,
      oldestAgeMs: events === 0 ? 0 : Math.max(0, clock() - oldestAtMs),
      eventsRefused,
      eventsSpooledTotal,
      eventsDrainedTotal,
    }),
  };
}

/** Bytes of an event, as counted for SPOOL_BYTES_MAX. */
export function bytesOf({ data, metadata }: Pick<NewEvent, 'data' | 'metadata'>): number {
  return data.byteLength + metadata.byteLength;
}
