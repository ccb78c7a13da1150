import { ANY, NO_STREAM, type AppendResult, type EventStoreDBClient } from '@eventstore/db-client';
import { AppendRefused, StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import { noPosition, type Append } from '../event-store.ts';
import { encodeEvent } from './event-codec.ts';
import { readFailure, type Failure } from './failure.ts';
import { appendToServer, toClientEvent } from './server-calls.ts';
import type { StreamNames } from './stream-names.ts';
import type { Attempt } from './append-dispatch.ts';

export interface AttemptOptions {
  readonly client: EventStoreDBClient;
  readonly names: StreamNames;
  /** The server is unavailable or the settings are wrong; this append is not the cause. */
  readonly onFailure: (failure: Failure & { readonly kind: 'transient' | 'misconfigured' }) => void;
}

/**
 * Sends an append once. Never rejects. If the stream was deleted for good, an append that expects no revision goes to a
 * stream beside it: stream names are labels for people, and readers go by the body.
 */
export async function attemptAppend(append: Append, options: AttemptOptions): Promise<Attempt> {
  const { streamName, expected } = append;
  const failure = await send(append, options, streamName);
  if (!('kind' in failure)) return appended(failure);
  if (failure.kind !== 'streamDeleted' || expected !== 'any') return outcomeOf(failure, append, options);
  const beside = await send(append, options, streamName + tombstonedSuffix);
  return 'kind' in beside ? outcomeOf(beside, append, options) : appended(beside);
}

/** Suffix for the name of a stream that was deleted for good. On disk: it never changes. */
export const tombstonedSuffix = '~2';

async function send(
  { events, expected }: Append,
  { client, names }: AttemptOptions,
  streamName: string,
): Promise<AppendResult | Failure> {
  const expectedRevision = expected === 'any' ? ANY : expected === 'none' ? NO_STREAM : expected;
  try {
    // Encoded per attempt, so that a waiting append keeps only its bytes in memory.
    const encoded = events.map((event) => toClientEvent(encodeEvent(event)));
    return await appendToServer(client, names.toServer(streamName), encoded, expectedRevision);
  } catch (error) {
    return readFailure(error);
  }
}

function appended({ success, nextExpectedRevision, position }: AppendResult): Attempt {
  if (!success) return refused('EventStoreDB answered without success.');
  // No position: the server knows these ids, and has truncated their events.
  return { kind: 'appended', appended: { revision: nextExpectedRevision, position: position?.commit ?? noPosition } };
}

function outcomeOf(failure: Failure, { streamName, expected }: Append, { onFailure }: AttemptOptions): Attempt {
  switch (failure.kind) {
    case 'wrongRevision':
      return expected === 'any'
        ? refused('EventStoreDB has a part of the append already, in another order.')
        : { kind: 'failed', error: new WrongExpectedRevision(streamName, expected, failure.actual) };
    case 'streamMissing':
    case 'streamDeleted':
      return refused('The stream was deleted for good in EventStoreDB.');
    case 'refused':
      return refused(failure.reason);
    case 'transient':
      onFailure(failure);
      return { kind: 'retry', mayBeStored: failure.mayBeStored };
    case 'misconfigured':
      onFailure(failure);
      return { kind: 'failed', error: new StoreUnavailable(failure.reason) };
  }
}

function refused(reason: string): Attempt {
  return { kind: 'failed', error: new AppendRefused(reason) };
}
