// What the log says of itself: which log and epoch it is, what retention has removed, and which imports were begun.
import { randomInt, randomUUID } from 'node:crypto';
import { nobody, writeAuthor, type Author } from './author.ts';
import {
  epochBegunType,
  logBegunType,
  LogUnusable,
  type LogIdentity,
  type NewEvent,
  ledgerStreamName,
  type EventReader,
  type RecordedEvent,
} from './event-store.ts';

type IdentityEvent = Pick<NewEvent, 'type' | 'data'>;

/** The first event of a new log, with a random id. */
export function newLogBegun(): NewEvent {
  return newEvent(logBegunType, { logId: randomUUID(), epoch: 1 });
}

/** The event that begins an epoch of an existing log. */
export function newEpochBegun({ logId, epoch }: LogIdentity, begunBy: CommandNote | null = null): NewEvent {
  return { ...newEvent(epochBegunType, { logId, epoch }), metadata: writeCommandNote(begunBy) };
}

/** Which command has an event appended, and who has given it. */
export interface CommandNote {
  readonly action: 'RESTORE' | 'REBUILD' | 'IMPORT' | 'PROMOTE' | 'ERASE';
  /** What it was about: the digest of a file. */
  readonly object?: string;
  readonly author: Author;
}

/** As metadata; null: a service did, by itself. */
export function writeCommandNote(note: CommandNote | null): Buffer {
  if (note === null) return Buffer.from('{}');
  const { author, ...same } = note;
  return Buffer.from(JSON.stringify({ ...same, ...writeAuthor(author) }));
}

/**
 * The most by which a restore raises the epoch. The step is random: the same copy can be restored twice, and each timeline
 * must refuse the cursors of the other. A safe integer has room for thousands of epochs.
 */
const epochStepMax = 2 ** 40;

/** The identity of a log in its next epoch, when the epochs of its other copies are unknown. */
export function afterRestore({ logId, epoch }: LogIdentity): LogIdentity {
  return { logId, epoch: epoch + randomInt(1, epochStepMax) };
}

function newEvent(type: string, data: object): NewEvent {
  return { eventId: randomUUID(), type, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from('{}') };
}

/**
 * Reads the identity from the first event of the log and the events of the ledger's stream, in order. Logs of schema version
 * 1 begin with an event without an epoch; it counts as epoch 1.
 * @throws LogUnusable - the events are damaged
 */
export function readLogIdentity(first: IdentityEvent, ledger: readonly IdentityEvent[]): LogIdentity {
  const { logId } = first.type === logBegunType ? dataOf(first) : {};
  if (typeof logId !== 'string') {
    throw new LogUnusable('The first event of the log has no log id: the file is damaged. Restore it from a copy.');
  }
  const newest = ledger.findLast(({ type }) => type === epochBegunType || type === logBegunType);
  const { epoch = 1 } = newest === undefined ? { epoch: null } : dataOf(newest);
  if (typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch >= 1) return { logId, epoch };
  throw new LogUnusable('The log has no valid epoch: the file is damaged. Restore it from a copy.');
}

/** The epoch of this log that an event begins; null: none. */
export function epochBegunBy(event: Pick<RecordedEvent, 'streamName' | 'type' | 'data'>, logId: string): number | null {
  if (event.streamName !== ledgerStreamName || event.type !== epochBegunType) return null;
  const { logId: ofLog, epoch } = dataOf(event);
  return ofLog === logId && Number.isSafeInteger(epoch) ? (epoch as number) : null;
}

/** What an event says as a JSON object; nothing if it is none. */
export function dataOf({ data }: Pick<NewEvent, 'data'>): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(data).toString())) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** The log's record of events that an operator had removed by age. Its names never change. */

/** The stream of these records. */
export const retentionStreamName = 'retention';

/** The stream of the records of erasures; what they say is in `src/erasure/`. */
export const erasuresStreamName = 'erasures';

const retentionAppliedType = 'RetentionApplied';

/** One step of a removal: what it removed, and why. The record is in the log if and only if these events are not. */
export interface RetentionRecord {
  readonly atMs: number;
  /** Who had it removed. */
  readonly author?: Author;
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
  const { atMs, author = nobody, firstReceivedAtMs, lastReceivedAtMs, positions, ...same } = record;
  const data = {
    at: new Date(atMs).toISOString(),
    ...same,
    firstReceivedAt: new Date(firstReceivedAtMs).toISOString(),
    lastReceivedAt: new Date(lastReceivedAtMs).toISOString(),
    positions: rangesOf(positions),
  };
  const metadata = Buffer.from(JSON.stringify(writeAuthor(author)));
  return { type: retentionAppliedType, data: Buffer.from(JSON.stringify(data)), metadata };
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
export function eventsRemovedBy(event: Pick<NewEvent, 'type' | 'data'>): number | null {
  return readRetentionEntry(event)?.events ?? null;
}

/** How many events a record says were removed, and when; null for any other event. */
export function readRetentionEntry(
  event: Pick<NewEvent, 'type' | 'data'>,
): Pick<RetentionRecord, 'atMs' | 'events'> | null {
  if (event.type !== retentionAppliedType) return null;
  const { at, events } = dataOf(event);
  return Number.isSafeInteger(events) ? { atMs: Date.parse(String(at)), events: events as number } : null;
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

/** An import that was begun, and not finished: the record lacks a part of what it imports. */
export interface UnfinishedImport {
  /** SHA-256 of its events: only the same import continues it. */
  readonly sha256: string;
  /** All events that it imports. */
  readonly events: number;
  /** By the clock of the machine that imports. */
  readonly begunAtMs: number;
}

// The names never change: they are in logs. The stream is that of the ledger, which no export contains.
const importBegunType = 'ImportBegun';
const importFinishedType = 'ImportFinished';

/** The event that an import appends before all others. */
export function newImportBegun({ sha256, events, begunAtMs }: UnfinishedImport, author: Author): NewEvent {
  const begun = newEvent(importBegunType, { sha256, events, begunAt: new Date(begunAtMs).toISOString() });
  return { ...begun, metadata: writeCommandNote({ action: 'IMPORT', object: sha256, author }) };
}

/** The event that an import appends after all others. */
export function newImportFinished(): NewEvent {
  return newEvent(importFinishedType, {});
}

/** The imports that a log says were begun. */
interface Imports {
  readonly unfinished: UnfinishedImport | null;
  /** The SHA-256 of those that came to their end. */
  readonly finished: ReadonlySet<string>;
}

/** What a log says of its imports. */
export async function readImports(log: Pick<EventReader, 'readStream'>): Promise<Imports> {
  let unfinished: UnfinishedImport | null = null;
  const finished = new Set<string>();
  for await (const { type, data } of log.readStream(ledgerStreamName)) {
    if (type === importBegunType) unfinished = readBegun(data);
    else if (type === importFinishedType && unfinished !== null) {
      finished.add(unfinished.sha256);
      unfinished = null;
    }
  }
  return { unfinished, finished };
}

/** The import that a log says is unfinished; null: none. */
export async function readUnfinishedImport(log: Pick<EventReader, 'readStream'>): Promise<UnfinishedImport | null> {
  return (await readImports(log)).unfinished;
}

function readBegun(data: Uint8Array): UnfinishedImport {
  const { sha256, events, begunAt } = Object(JSON.parse(Buffer.from(data).toString())) as Record<string, unknown>;
  return { sha256: String(sha256), events: Number(events), begunAtMs: Date.parse(String(begunAt)) };
}

/** What is unfinished, without its first word and its full stop. */
export function whatIsUnfinished({ events, begunAtMs }: UnfinishedImport): string {
  return `import of ${events} events, begun at ${new Date(begunAtMs).toISOString()}, is not finished: the record lacks a part of them`;
}

/** How to go on with an import that is unfinished. */
export const howToFinish =
  'Stop the service and run the same `live-ledger import` again: it continues, also after callbacks came in.';

/** Both, in two sentences. */
export function describeUnfinished(unfinished: UnfinishedImport): string {
  return `An ${whatIsUnfinished(unfinished)}. ${howToFinish}`;
}
