import { WrongExpectedRevision, type Append, type ExpectedRevision, type NewEvent } from '../event-store.ts';
import type { AppendOutcome } from './append-queue.ts';
import type { Truncation } from './log-writer.ts';

/** A request to the worker that writes the log. It replies in the order of the requests, except to `close`. */
export type CommitRequest =
  | { readonly kind: 'commit'; readonly group: AppendGroup; readonly recordedAtMs: number }
  | { readonly kind: 'truncate'; readonly truncations: readonly Truncation[] }
  | { readonly kind: 'close' };

/** A reply of the worker. It sends `opened` once, before all others. */
export type CommitReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'committed'; readonly outcomes: readonly EncodedOutcome[]; readonly durationMs: number }
  | { readonly kind: 'truncated'; readonly done: readonly boolean[] }
  /** Nothing was written. */
  | { readonly kind: 'failed'; readonly reason: string };

/** An outcome that survives structured cloning, which does not preserve the class of an error. */
type EncodedOutcome =
  | readonly [revision: bigint, position: bigint]
  | { readonly expected: 'none' | bigint; readonly actual: bigint | null };

export function encodeOutcome(outcome: AppendOutcome): EncodedOutcome {
  if (outcome instanceof WrongExpectedRevision) {
    const { expected, actual } = outcome;
    return { expected, actual };
  }
  if (outcome instanceof Error) throw outcome;
  return [outcome.revision, outcome.position];
}

export function decodeOutcome({ streamName }: Append, sent: EncodedOutcome): AppendOutcome {
  if ('actual' in sent) return new WrongExpectedRevision(streamName, sent.expected, sent.actual);
  const [revision, position] = sent;
  return { revision, position };
}

/** A group of appends for another thread. All bytes are in one buffer, which is transferred, not copied. */
export interface AppendGroup {
  /** One entry for each append. */
  readonly streamNames: string[];
  readonly expected: ExpectedRevision[];
  readonly eventCounts: number[];
  /** One entry for each event. */
  readonly eventIds: string[];
  readonly types: string[];
  readonly dataBytes: number[];
  readonly metadataBytes: number[];
  /** Indexes of the damaged events. */
  readonly damaged: number[];
  /** Data and metadata of each event, one after the other. */
  readonly bytes: ArrayBuffer;
}

export function packAppends(appends: readonly Append[]): AppendGroup {
  const events = appends.flatMap((append) => append.events);
  const dataBytes = events.map(({ data }) => data.byteLength);
  const metadataBytes = events.map(({ metadata }) => metadata.byteLength);
  const bytes = new Uint8Array(sum(dataBytes) + sum(metadataBytes));
  let at = 0;
  for (const { data, metadata } of events) {
    bytes.set(data, at);
    bytes.set(metadata, at + data.byteLength);
    at += data.byteLength + metadata.byteLength;
  }
  return {
    streamNames: appends.map(({ streamName }) => streamName),
    expected: appends.map(({ expected }) => expected),
    eventCounts: appends.map((append) => append.events.length),
    eventIds: events.map(({ eventId }) => eventId),
    types: events.map(({ type }) => type),
    dataBytes,
    metadataBytes,
    damaged: events.flatMap(({ isDamaged }, index) => (isDamaged ? [index] : [])),
    bytes: bytes.buffer,
  };
}

/** The appends of a group; their data and metadata are views of the group's buffer. */
export function unpackAppends(group: AppendGroup): Append[] {
  let [next, at] = [0, 0];
  const take = (length = 0) => new Uint8Array(group.bytes, (at += length) - length, length);
  const damaged = new Set(group.damaged);
  const takeEvent = (): NewEvent => {
    const event = {
      eventId: group.eventIds[next] ?? '',
      type: group.types[next] ?? '',
      data: take(group.dataBytes[next]),
      metadata: take(group.metadataBytes[next]),
      ...(damaged.has(next) && ({ isDamaged: true } as const)),
    };
    next += 1;
    return event;
  };
  return group.streamNames.map((streamName, index) => ({
    streamName,
    expected: group.expected[index] ?? 'any',
    events: Array.from({ length: group.eventCounts[index] ?? 0 }, takeEvent),
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
