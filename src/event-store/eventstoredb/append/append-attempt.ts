import { ANY, NO_STREAM, type AppendResult, type EventStoreDBClient } from '@eventstore/db-client';
import { AppendRefused, StoreUnavailable, WrongExpectedRevision } from '../../errors.ts';
import type { ExpectedRevision, NewEvent } from '../../event-store.ts';
import { encodeEvent } from '../client/event-codec.ts';
import { readFailure, type Failure } from '../client/failure.ts';
import type { Attempt } from './append-dispatch.ts';
import { appendToServer, toClientEvent } from '../client/server-writing.ts';
import type { StreamNames } from '../client/stream-names.ts';

export interface Append {
  readonly streamName: string;
  /** With the same ids, whatever is tried. */
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

export interface AttemptOptions {
  readonly client: EventStoreDBClient;
  readonly names: StreamNames;
  /** The server is away or mistaken for another: what failed says nothing about this append. */
  readonly onFailure: (failure: Failure & { readonly kind: 'transient' | 'misconfigured' }) => void;
}

/** Sends an append once. Never rejects. */
export async function attemptAppend(append: Append, options: AttemptOptions): Promise<Attempt> {
  const { streamName, expected } = append;
  try {
    return appended(await send(append, options, streamName));
  } catch (error) {
    const failure = readFailure(error);
    if (failure.kind === 'streamDeleted' && expected === 'any') return appendBesideTombstone(append, options);
    return outcomeOf(failure, append, options);
  }
}

/**
 * A stream that an operator deleted for ever takes nothing more. Names are labels for people, and readers go by the body: so
 * what is pushed there goes on in a stream beside it.
 */
async function appendBesideTombstone(append: Append, options: AttemptOptions): Promise<Attempt> {
  try {
    return appended(await send(append, options, `${append.streamName}${tombstonedSuffix}`));
  } catch (error) {
    return outcomeOf(readFailure(error), append, options);
  }
}

/** What the name of a stream that was deleted for ever goes on with. */
export const tombstonedSuffix = '~2';

function send(
  { events, expected }: Append,
  { client, names }: AttemptOptions,
  streamName: string,
): Promise<AppendResult> {
  const expectedRevision = expected === 'any' ? ANY : expected === 'none' ? NO_STREAM : expected;
  // Encoded here, for each attempt: what is held while the server works is the bytes alone.
  const encoded = events.map((event) => toClientEvent(encodeEvent(event)));
  return appendToServer(client, names.toServer(streamName), encoded, expectedRevision);
}

function appended({ success, nextExpectedRevision, position }: AppendResult): Attempt {
  if (!success || position === undefined) {
    return { kind: 'failed', error: new AppendRefused('EventStoreDB answered without a position.') };
  }
  return { kind: 'appended', appended: { revision: nextExpectedRevision, position: position.commit } };
}

function outcomeOf(failure: Failure, { streamName, expected }: Append, { onFailure }: AttemptOptions): Attempt {
  switch (failure.kind) {
    case 'wrongRevision':
      return expected === 'any'
        ? refused('EventStoreDB holds a part of it already, in another order.')
        : { kind: 'failed', error: new WrongExpectedRevision(streamName, expected, failure.actual) };
    case 'streamMissing':
    case 'streamDeleted':
      return refused('The stream was deleted for ever in EventStoreDB.');
    case 'refused':
      return refused(failure.reason);
    case 'transient':
      onFailure(failure);
      return { kind: 'again', mayBeStored: failure.mayBeStored };
    case 'misconfigured':
      onFailure(failure);
      return { kind: 'failed', error: new StoreUnavailable(failure.reason) };
  }
}

function refused(reason: string): Attempt {
  return { kind: 'failed', error: new AppendRefused(reason) };
}
