import { isUtf8 } from 'node:buffer';
import { asBuffer } from '../kernel/encoding.ts';
import { CopyAltered, type LogIdentity, type RecordedEvent } from './event-store.ts';
import { epochBegunBy } from './ledger-events.ts';
import type { CopiedChange, EventDigests, RemovedEvents } from './replication.ts';

/**
 * A part of a log as it is stored, with its digests: what a standby copies, and what an incremental backup consists of. As text it is
 * lines of JSON: the head, then one for each change.
 */
export interface LogPage extends LogIdentity {
  /** Position of the newest event ever appended. */
  readonly endPosition: bigint;
  /** The page has everything up to this position. */
  readonly upTo: bigint;
  /** How many events were removed on purpose before the page: those of earlier pages may be among them. */
  readonly removedBefore: number;
  /** In the order of the log. */
  readonly changes: readonly CopiedChange[];
}

/** Events of a page: a few milliseconds of work on either side. */
export const pageEventsMax = 1_000;

/** Bytes of data and metadata in a page, for the same reason. */
export const pageBytesMax = 1024 * 1024;

/** Characters of a page as text: one event may have a mebibyte, which escapes make larger. */
export const pageCharactersMax = 16 * 1024 * 1024;

/** Where the page is to begin: after an event, which the reader has with this digest. */
export interface PageStart {
  readonly after: bigint;
  /** Null if that event has none, or there is no event. */
  readonly digest: Buffer | null;
}

/** The log has another event at the position that the reader has come to, or has not come that far: it is not what was copied. */
export class OtherHistory extends Error {
  override readonly name = 'OtherHistory';
}

/** Gives the parts of a log to those who copy it, each of one state. */
export interface LogPageReader {
  /** @throws OtherHistory */
  read(start: PageStart): LogPage;
  /** All that was removed up to a position, and then the revisions that streams have used, in pages. */
  removed(upTo: bigint): Iterable<readonly CopiedChange[]>;
}

type Bytes = string | readonly [base64: string];

const digestText = (digest: Buffer | null) => digest?.toString('hex') ?? null;

function textOf(bytes: Uint8Array): Bytes {
  const buffer = asBuffer(bytes);
  return isUtf8(buffer) ? buffer.toString() : [buffer.toString('base64')];
}

/** Writes the head of a page as its first line, without the end of the line. */
export function writePageHead({ logId, epoch, endPosition, upTo, removedBefore }: Omit<LogPage, 'changes'>): string {
  return JSON.stringify({ logId, epoch, endPosition: Number(endPosition), upTo: Number(upTo), removedBefore });
}

/** Writes a change as a line, without its end. */
export function writeChange(change: CopiedChange): string {
  if (change.kind === 'removed') {
    const { first, last, previousDigest, digest } = change.removed;
    return JSON.stringify({ removed: [Number(first), Number(last), digestText(previousDigest), digestText(digest)] });
  }
  if (change.kind === 'revisionsForgotten') return JSON.stringify({ streams: [] });
  if (change.kind === 'revisionsUsed') {
    return JSON.stringify({ stream: change.streamName, nextRevision: Number(change.nextRevision) });
  }
  if (change.kind === 'truncated') throw new TypeError('Pages have what was removed by its positions.');
  const { event, digests } = change;
  return JSON.stringify([
    Number(event.position),
    event.streamName,
    Number(event.revision),
    event.eventId,
    event.type,
    event.recordedAtMs,
    textOf(event.data),
    textOf(event.metadata),
    digestText(digests?.previous ?? null),
    digestText(digests?.digest ?? null),
    ...(event.isDamaged ? [true] : []),
  ]);
}

/** The text of a page, with its head as the first line. */
export function writePage(page: LogPage): string {
  return [writePageHead(page), ...page.changes.map(writeChange), ''].join('\n');
}

/**
 * Reads a page.
 * @throws CopyAltered - it is none
 */
export function readPage(text: string): LogPage {
  const [head = '', ...lines] = text.split('\n');
  const page = readPageHead(head);
  return { ...page, changes: lines.filter((line) => line !== '').map((line) => readChange(line, page.logId)) };
}

/** @throws CopyAltered - it is none */
export function readPageHead(line: string): Omit<LogPage, 'changes'> {
  const { logId, epoch, endPosition, upTo, removedBefore } = Object(parse(line)) as Record<string, unknown>;
  if (typeof logId !== 'string') throw notAPage();
  return {
    logId,
    epoch: Number(wholeOf(epoch)),
    endPosition: wholeOf(endPosition),
    upTo: wholeOf(upTo),
    removedBefore: Number(wholeOf(removedBefore)),
  };
}

/**
 * Reads a line after the head of a page.
 * @throws CopyAltered - it is none
 */
export function readChange(line: string, logId: string): CopiedChange {
  const value = parse(line);
  if (!Array.isArray(value)) return readOther(Object(value) as Record<string, unknown>);
  const [position, streamName, revision, eventId, type, recordedAt, data, metadata, previous, digest, isDamaged] =
    value as unknown[];
  const event: RecordedEvent = {
    position: wholeOf(position),
    streamName: wordOf(streamName),
    revision: wholeOf(revision),
    eventId: wordOf(eventId),
    type: wordOf(type),
    recordedAtMs: Number(wholeOf(recordedAt)),
    data: bytesOf(data),
    metadata: bytesOf(metadata),
    ...(isDamaged === true && { isDamaged }),
  };
  return withEpoch(event, { previous: digestOf(previous), digest: digestOf(digest) }, logId);
}

/** An event with its digests, as a change: some events begin an epoch. */
export function withEpoch(event: RecordedEvent, digests: EventDigests, logId: string): CopiedChange {
  const epoch = epochBegunBy(event, logId);
  return epoch === null ? { kind: 'event', event, digests } : { kind: 'epochBegun', epoch, event, digests };
}

function readOther({ removed, stream, streams, nextRevision }: Record<string, unknown>): CopiedChange {
  if (streams !== undefined) return { kind: 'revisionsForgotten' };
  if (typeof stream === 'string') {
    return { kind: 'revisionsUsed', streamName: stream, nextRevision: wholeOf(nextRevision) };
  }
  const [first, last, previous, digest] = Array.isArray(removed) ? (removed as unknown[]) : [];
  const ofLast = digestOf(digest);
  if (ofLast === null) throw notAPage();
  const run: RemovedEvents = {
    first: wholeOf(first),
    last: wholeOf(last),
    previousDigest: digestOf(previous),
    digest: ofLast,
  };
  return { kind: 'removed', removed: run };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notAPage();
  }
}

function wholeOf(value: unknown): bigint {
  if (!Number.isSafeInteger(value)) throw notAPage();
  return BigInt(value as number);
}

function wordOf(value: unknown): string {
  if (typeof value !== 'string') throw notAPage();
  return value;
}

function bytesOf(value: unknown): Buffer {
  return Array.isArray(value) ? Buffer.from(wordOf(value[0]), 'base64') : Buffer.from(wordOf(value));
}

function digestOf(value: unknown): Buffer | null {
  return value === null || value === undefined ? null : Buffer.from(wordOf(value), 'hex');
}

function notAPage(): CopyAltered {
  return new CopyAltered(
    'What was sent is no part of a log: it was altered on its way, or comes from another program.',
  );
}
