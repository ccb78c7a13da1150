import { randomUUID } from 'node:crypto';
import { isJsonObject, readObject, readTime } from '../callbacks/json-object.ts';
import { within } from '../kernel/clock.ts';
import { StoreOverloaded, StoreUnavailable, type EventStore } from '../log/event-store.ts';
import type { FactEvent, FactSubject, RecordedFact } from './operator-fact.ts';

/** How the log records the facts that operators state. These names never change. */

/** One stream for all facts: they are few, and each names its subject. */
export const operatorFactsStream = 'operator-facts';

const typeByKind = {
  CLOSED: 'OperatorClosedStreamSession',
  NOTE: 'OperatorAddedNote',
  WITHDRAWN: 'OperatorWithdrewFact',
} as const satisfies Record<FactEvent['kind'], string>;

/** The parts of an event that the log does not set. */
export interface WrittenFact {
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** A fact as an event: the data has what is stated, the metadata who stated it and when. */
export function writeFact(fact: FactEvent): WrittenFact {
  const { kind, subject, text, by, atMs } = fact;
  const own =
    kind === 'WITHDRAWN'
      ? { factId: fact.withdraws }
      : fact.endedAtMs === null
        ? {}
        : { endedAt: new Date(fact.endedAtMs).toISOString() };
  return {
    type: typeByKind[kind],
    data: Buffer.from(JSON.stringify({ subject: writeSubject(subject), ...own, text })),
    metadata: Buffer.from(JSON.stringify({ at: new Date(atMs).toISOString(), ...(by !== null && { by }) })),
  };
}

/**
 * Null if the type is not that of a fact; a type of a later version is not read. `UNREADABLE`: the type is, but the
 * content is not ours.
 */
export function readFact({
  type,
  data,
  metadata,
}: {
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}): FactEvent | null | 'UNREADABLE' {
  const kind = (Object.keys(typeByKind) as FactEvent['kind'][]).find((known) => typeByKind[known] === type);
  if (kind === undefined) return null;
  const { subject: about, text, endedAt, factId } = readObject(data);
  const { at, by = null } = readObject(metadata);
  const [subject, atMs] = [readSubject(about), readTime(at)];
  if (subject === null || atMs === null || typeof text !== 'string') return 'UNREADABLE';
  if (by !== null && typeof by !== 'string') return 'UNREADABLE';
  if (kind !== 'WITHDRAWN') return { kind, subject, text, by, atMs, endedAtMs: readTime(endedAt) };
  return typeof factId === 'string' ? { kind, subject, text, by, atMs, withdraws: factId } : 'UNREADABLE';
}

function writeSubject({ type, appId, key }: FactSubject) {
  return type === 'StreamSession' ? { type, appId, sequence: key } : { type, appId, taskId: key };
}

function readSubject(value: unknown): FactSubject | null {
  if (!isJsonObject(value)) return null;
  const { type, appId, sequence, taskId } = value;
  if (typeof appId !== 'string') return null;
  if (type === 'StreamSession' && typeof sequence === 'string') return { type, appId, key: sequence };
  return type === 'RelayTask' && typeof taskId === 'string' ? { type, appId, key: taskId } : null;
}

/** Records statements of operators as events of the log. */
export interface FactRecorder {
  /**
   * Resolves with the event once it is durable and later queries show it, or a bounded time has passed. Resolves with a
   * `FactNotRecorded` if the log could not store it. The caller may then repeat the call; after MAY_BE_STORED it first
   * checks whether the fact is already there.
   */
  record(fact: FactEvent): Promise<RecordedFact | FactNotRecorded>;
}

/**
 * NOT_STORED: the fact is not in the log. MAY_BE_STORED: it was not confirmed, and may be in the log or still get
 * there.
 */
export type FactNotRecorded = 'NOT_STORED' | 'MAY_BE_STORED';

/** Milliseconds to wait until a fact can be read. After that it is acknowledged all the same, because it is durable. */
const readableWithinMs = 5_000;

/** Appends facts that operators state. Needs no closing. */
export function createFactRecorder(
  append: EventStore['append'],
  /** Resolves once a position is projected. */
  waitForPosition: (position: bigint) => Promise<void>,
  readableMsMax = readableWithinMs,
): FactRecorder {
  return {
    async record(fact) {
      const eventId = randomUUID();
      try {
        const { position } = await append(operatorFactsStream, [{ eventId, ...writeFact(fact) }], 'any');
        // The projector may be stopped meanwhile: the fact is durable, and the next start projects it.
        await within(
          waitForPosition(position).catch(() => undefined),
          { ms: readableMsMax, late: undefined },
        );
        return { ...fact, position, eventId };
      } catch (error) {
        if (error instanceof StoreUnavailable) return error.mayBeStored ? 'MAY_BE_STORED' : 'NOT_STORED';
        if (error instanceof StoreOverloaded) return 'NOT_STORED';
        throw error;
      }
    },
  };
}
