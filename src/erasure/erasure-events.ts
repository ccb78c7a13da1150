import type { NewEvent, EventReader } from '../log/event-store.ts';
import { readObject } from '../callbacks/json-object.ts';
import type { Author } from '../log/author.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import { erasuresStreamName, writeCommandNote } from '../log/ledger-events.ts';

/** How the log records erasures. These names never change, and no event has a personal value. */

const begunType = 'PersonalDataErasureBegun';
const erasedType = 'PersonalDataErased';

/** By what the erased subjects were found. The value is personal, so it is recorded nowhere. */
export type ErasedBy = 'ADDRESS' | 'STREAM' | 'ACCOUNT';

/** What an erasure covers. */
export interface ErasureCounts {
  readonly events: number;
  readonly sessions: number;
  readonly tasks: number;
  /** Days, in UTC, on which something of it was received. */
  readonly days: number;
}

/** An erasure that an operator has asked for. */
export interface Erasure extends ErasureCounts {
  readonly erasureId: string;
  readonly foundBy: readonly ErasedBy[];
  readonly reason: string;
  /** The name of who asked; null: it has none. */
  readonly by: string | null;
  /** Who gave the command; absent: a mutation asked, which the audit records by itself. */
  readonly author?: Author;
  readonly askedAtMs: number;
}

/** Digests in one event, some 400 KB: EventStoreDB takes 1 MiB. */
const subjectsPerEventMax = 10_000;

/** The event after which everything is in the log that was sealed with a key that is closed. */
export function newErasureBegun(erasure: Erasure): NewEvent {
  const { author } = erasure;
  const begun = event(begunType, erasure, 'begun', {});
  return author === undefined ? begun : { ...begun, metadata: writeCommandNote({ action: 'ERASE', author }) };
}

/** The events of an erasure that is done: each has the digests of some of its subjects, with the days of their keys. */
export function newErased(
  erasure: Erasure,
  subjects: readonly (readonly [day: string, subject: string])[],
): NewEvent[] {
  const parts: NewEvent[] = [];
  for (let from = 0; from < subjects.length || from === 0; from += subjectsPerEventMax) {
    parts.push(
      event(erasedType, erasure, `erased ${from}`, { subjects: subjects.slice(from, from + subjectsPerEventMax) }),
    );
  }
  return parts;
}

function event(
  type: string,
  { askedAtMs, author: _author, ...erasure }: Erasure,
  part: string,
  more: object,
): NewEvent {
  const data = { ...erasure, askedAt: new Date(askedAtMs).toISOString(), ...more };
  return {
    // The same if a process ends before it is known to be in the log.
    eventId: derivedUuid(`${erasure.erasureId} ${part}`),
    type,
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from('{}'),
  };
}

/** The position of the newest erasure that is done; null: there is none. */
export async function newestErasure(log: Pick<EventReader, 'readStream'>): Promise<bigint | null> {
  let newest: bigint | null = null;
  for await (const { type, position } of log.readStream(erasuresStreamName)) {
    if (type === erasedType) newest = position;
  }
  return newest;
}

/** Whether the log has all events of an erasure that is done. */
export async function isErasureRecorded(log: Pick<EventReader, 'readStream'>, erasureId: string): Promise<boolean> {
  for await (const { type, data } of log.readStream(erasuresStreamName)) {
    if (type === erasedType && readObject(data)['erasureId'] === erasureId) return true;
  }
  return false;
}
