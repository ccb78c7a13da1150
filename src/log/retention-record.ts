import type { NewEvent } from './event-store.ts';

/** The log's record of events that an operator had removed by age. Its names never change. */

/** The stream of these records. */
export const retentionStreamName = 'retention';

const retentionAppliedType = 'RetentionApplied';

/** One step of a removal: what it removed, and why. The record is in the log if and only if these events are not. */
export interface RetentionRecord {
  readonly atMs: number;
  /** The rules that decided, as written in the file. */
  readonly rules: readonly object[];
  /** How much of each kind, account and type, with the rule's number, counted from 0. */
  readonly counts: readonly RetentionCount[];
  readonly events: number;
  /** Of data and metadata. */
  readonly bytes: number;
  /** When the first and last of the callbacks were received. */
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  /** Of all removed events, in order, in this log: a log that imports the record has others. */
  readonly positions: readonly number[];
}

/** What one rule removes of one kind, account and type. */
export interface RetentionCount {
  readonly rule: number;
  readonly what: string;
  readonly appId: string | null;
  readonly eventType: number | null;
  /** Sessions, tasks or callbacks. */
  readonly count: number;
  readonly events: number;
}

/** The event of a record, without its id. */
export function writeRetention(record: RetentionRecord): Pick<NewEvent, 'type' | 'data' | 'metadata'> {
  const { atMs, firstReceivedAtMs, lastReceivedAtMs, positions, ...same } = record;
  const data = {
    at: new Date(atMs).toISOString(),
    ...same,
    firstReceivedAt: new Date(firstReceivedAtMs).toISOString(),
    lastReceivedAt: new Date(lastReceivedAtMs).toISOString(),
    positions: rangesOf(positions),
  };
  return { type: retentionAppliedType, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from('{}') };
}

/** Positions in one record: about 200 KB if none are consecutive; EventStoreDB accepts events of 1 MB. */
const positionsPerRecordMax = 20_000;

/** Splits a record into several: the first has the sums and counts, and each has the positions of its own events. */
export function partsOfRetention(record: RetentionRecord): readonly RetentionRecord[] {
  const { positions } = record;
  const parts = [];
  for (let from = 0; from < positions.length || from === 0; from += positionsPerRecordMax) {
    const ofPart = positions.slice(from, from + positionsPerRecordMax);
    parts.push({ ...record, ...(from > 0 && { counts: [], bytes: 0 }), events: ofPart.length, positions: ofPart });
  }
  return parts;
}

/** How many events a record says were removed; null for any other event. */
export function eventsRemovedBy({ type, data }: Pick<NewEvent, 'type' | 'data'>): number | null {
  if (type !== retentionAppliedType) return null;
  try {
    const { events } = Object(JSON.parse(Buffer.from(data).toString())) as { readonly events?: unknown };
    return Number.isSafeInteger(events) ? (events as number) : null;
  } catch {
    return null;
  }
}

/** `3,5-9`: consecutive positions form one range. */
function rangesOf(positions: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const position of positions) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === position) last[1] = position;
    else ranges.push([position, position]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}
