import { randomUUID } from 'node:crypto';
import { nobody, writeAuthor, type Author } from '../log/author.ts';
import { isJsonObject, readObject, readTime } from '../callbacks/json-object.ts';
import { StoreOverloaded, StoreUnavailable } from '../log/event-store.ts';
import { appendOnlyEvent, readOnlyEvent, type CurrentLog } from '../log/only-event.ts';

/** The session or task that an operator states a fact about. */
export type FactSubject =
  | { readonly type: 'StreamSession'; readonly appId: string; readonly key: string }
  | { readonly type: 'RelayTask'; readonly appId: string; readonly key: string };

/**
 * CLOSED: a session has ended although no callback says so, and none is expected. NOTE: a text attached to a session or
 * task.
 */
export type OperatorFactKind = 'CLOSED' | 'NOTE';

/** Who stated something, when and why. */
interface Statement {
  /** The name of the token that was sent; null if it has no name, or no token is needed. */
  readonly by: string | null;
  /** By the clock of the node that recorded it. */
  readonly atMs: number;
  /** The reason; for a note, the note itself. */
  readonly text: string;
}

/** An event of the log by which an operator states a fact or withdraws one. */
export type FactEvent =
  | (Statement & {
      readonly kind: OperatorFactKind;
      readonly subject: FactSubject;
      /** CLOSED only: when the session ended, if the operator knows. */
      readonly endedAtMs: number | null;
    })
  | (Statement & { readonly kind: 'WITHDRAWN'; readonly subject: FactSubject; readonly withdraws: string });

/** A fact event with its position in the log. */
export type RecordedFact = FactEvent & { readonly position: bigint; readonly eventId: string };

/** A fact, and the first statement that withdrew it. */
export interface OperatorFact extends Statement {
  readonly position: bigint;
  readonly eventId: string;
  readonly kind: OperatorFactKind;
  readonly endedAtMs: number | null;
  readonly withdrawal: Statement | null;
}

/**
 * Folds all events about one subject into its facts, the oldest first. The order of the events does not matter. A
 * withdrawn fact stays, with the statement that withdrew it.
 */
export function foldFacts(events: readonly RecordedFact[]): OperatorFact[] {
  const inOrder = [...events].sort(compareStatements);
  const withdrawals = new Map<string, Statement>();
  for (const event of inOrder) {
    if (event.kind !== 'WITHDRAWN' || withdrawals.has(event.withdraws)) continue;
    const { by, atMs, text } = event;
    withdrawals.set(event.withdraws, { by, atMs, text });
  }
  return inOrder.flatMap((event) => {
    if (event.kind === 'WITHDRAWN') return [];
    const { position, eventId, kind, by, atMs, text, endedAtMs } = event;
    return [{ position, eventId, kind, by, atMs, text, endedAtMs, withdrawal: withdrawals.get(eventId) ?? null }];
  });
}

/**
 * When a session ended, by the newest closure that was not withdrawn: the time it states, or else the time of the
 * statement. In whole seconds, as the times of sessions are. Null: the session is not closed.
 */
export function closedAtMsOf(facts: readonly OperatorFact[]): number | null {
  const closure = facts.findLast(({ kind, withdrawal }) => kind === 'CLOSED' && withdrawal === null);
  return closure === undefined ? null : Math.floor((closure.endedAtMs ?? closure.atMs) / 1_000) * 1_000;
}

/**
 * Nodes have different clocks, so two statements may have the same time. Then the event id decides: it is the same in
 * every log.
 */
function compareStatements(one: RecordedFact, other: RecordedFact): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  return one.eventId < other.eventId ? -1 : 1;
}

/** Facts and withdrawals about one session or task at most, so that an answer stays small; more are refused. */
export const factEventsMax = 200;

/** How the log records the facts that operators state. These names never change. */

/** One stream for the facts that were sent without an idempotency key: they are few, and each names its subject. */
export const operatorFactsStream = 'operator-facts';

/** The stream of a fact that was sent with a key. It has one event at most, so that each key makes one fact. */
export function keyedFactStreamOf(operationId: string): string {
  return `${operatorFactsStream}-${operationId}`;
}

/** Whether a stream has facts. */
export function isFactStream(streamName: string): boolean {
  return streamName === operatorFactsStream || streamName.startsWith(keyedFactStreamOf(''));
}

const typeByKind = {
  CLOSED: 'OperatorClosedStreamSession',
  NOTE: 'OperatorAddedNote',
  WITHDRAWN: 'OperatorWithdrewFact',
} as const satisfies Record<FactEvent['kind'], string>;

/** The parts of an event that the log does not set. */
interface WrittenFact {
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** A fact as an event: the data has what is stated, the metadata who stated it and when. */
export function writeFact(fact: FactEvent, author: Author = nobody): WrittenFact {
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
    metadata: Buffer.from(
      JSON.stringify({ at: new Date(atMs).toISOString(), ...writeAuthor({ ...author, name: by }) }),
    ),
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
  const { subject: about, text: written, endedAt, factId } = readObject(data);
  const text = written === null ? erasedText : written;
  const { at, by = null } = readObject(metadata);
  const [subject, atMs] = [readSubject(about), readTime(at)];
  if (subject === null || atMs === null || typeof text !== 'string') return 'UNREADABLE';
  if (by !== null && typeof by !== 'string') return 'UNREADABLE';
  if (kind !== 'WITHDRAWN') return { kind, subject, text, by, atMs, endedAtMs: readTime(endedAt) };
  return typeof factId === 'string' ? { kind, subject, text, by, atMs, withdraws: factId } : 'UNREADABLE';
}

/** Shown instead of a text that was erased. */
const erasedText = '(erased)';

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

/** Whether two events state the same, whoever states it and when. */
export function isSameStatement(one: FactEvent, other: FactEvent): boolean {
  const [written, otherwise] = [writeFact(one), writeFact(other)];
  return written.type === otherwise.type && written.data.equals(otherwise.data);
}

/** Records statements of operators as events of the log. */
export interface FactRecorder {
  /**
   * Resolves with the event once it is durable and later queries show it, or a bounded time has passed. Resolves with a
   * `FactNotRecorded` if the log could not store it. The caller may then repeat the call; after MAY_BE_STORED and without an
   * operation id, it first checks whether the fact is already there. With an operation id, it resolves with the first
   * fact that was recorded with it, on whatever node: that may state something else.
   */
  record(fact: FactEvent, author: Author, operationId: string | null): Promise<RecordedFact | FactNotRecorded>;
  /** The fact of an operation, once later queries show it, or a bounded time has passed. Null if there is none. @throws StoreUnavailable */
  find(operationId: string): Promise<RecordedFact | null>;
}

/**
 * NOT_STORED: the fact is not in the log. MAY_BE_STORED: it was not confirmed, and may be in the log or still get
 * there.
 */
export type FactNotRecorded = 'NOT_STORED' | 'MAY_BE_STORED';

/** Appends facts that operators state. Needs no closing. */
export function createFactRecorder(
  log: CurrentLog,
  /** Resolves once a position is projected, or a bounded time has passed: it is durable all the same. */
  readable: (position: bigint) => Promise<void>,
): FactRecorder {
  const readRecorded = async (event: Parameters<typeof readFact>[0] & Pick<RecordedFact, 'position' | 'eventId'>) => {
    const fact = readFact(event);
    if (fact === null || fact === 'UNREADABLE') throw new TypeError('The stream of a fact has another event.');
    const { position, eventId } = event;
    await readable(position);
    return { ...fact, position, eventId };
  };
  return {
    async find(operationId) {
      const event = await readOnlyEvent(log, keyedFactStreamOf(operationId));
      return event === null ? null : readRecorded(event);
    },
    async record(fact, author, operationId) {
      const event = { eventId: randomUUID(), ...writeFact(fact, author) };
      try {
        if (operationId !== null) {
          return await readRecorded(await appendOnlyEvent(log, keyedFactStreamOf(operationId), event));
        }
        const { position } = await log.append(operatorFactsStream, [event], 'any');
        await readable(position);
        return { ...fact, position, eventId: event.eventId };
      } catch (error) {
        if (error instanceof StoreUnavailable) return error.mayBeStored ? 'MAY_BE_STORED' : 'NOT_STORED';
        if (error instanceof StoreOverloaded) return 'NOT_STORED';
        throw error;
      }
    },
  };
}
