import { randomUUID } from 'node:crypto';
import type { Author } from './author.ts';
import { ledgerStreamName, type EventReader, type NewEvent } from './event-store.ts';
import { writeCommandNote } from './ledger-events.ts';

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
const begunType = 'ImportBegun';
const finishedType = 'ImportFinished';

/** The event that an import appends before all others. */
export function newImportBegun({ sha256, events, begunAtMs }: UnfinishedImport, author: Author): NewEvent {
  const begun = event(begunType, { sha256, events, begunAt: new Date(begunAtMs).toISOString() });
  return { ...begun, metadata: writeCommandNote({ action: 'IMPORT', object: sha256, author }) };
}

/** The event that an import appends after all others. */
export function newImportFinished(): NewEvent {
  return event(finishedType, {});
}

function event(type: string, data: object): NewEvent {
  return { eventId: randomUUID(), type, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from('{}') };
}

/** The imports that a log says were begun. */
export interface Imports {
  readonly unfinished: UnfinishedImport | null;
  /** The SHA-256 of those that came to their end. */
  readonly finished: ReadonlySet<string>;
}

/** What a log says of its imports. */
export async function readImports(log: Pick<EventReader, 'readStream'>): Promise<Imports> {
  let unfinished: UnfinishedImport | null = null;
  const finished = new Set<string>();
  for await (const { type, data } of log.readStream(ledgerStreamName)) {
    if (type === begunType) unfinished = readBegun(data);
    else if (type === finishedType && unfinished !== null) {
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
