import type { Logger } from '../../../kernel/logger.ts';
import { within } from '../../../kernel/delay.ts';
import { LogUnusable, StoreUnavailable } from '../../errors.ts';
import { ledgerStreamName, type EventReader, type EventStore, type RecordedEvent } from '../../event-store.ts';
import type { LogIdentity } from '../../log-identity.ts';
import { attemptAppend, type AttemptOptions } from './append-attempt.ts';
import { AppendDispatch, appendAnswerMsMax } from './append-dispatch.ts';
import { openConnection } from '../client/connection.ts';
import { readFailure } from '../client/failure.ts';
import { beginOrReadIdentity } from '../client/ledger-identity.ts';
import { appendToServer } from '../client/server-writing.ts';
import { readEnd, readEvents } from '../client/server-reading.ts';
import { ServerAvailability } from '../client/server-availability.ts';
import type { EventStoreDbSettings } from '../client/connection-string.ts';
import { createStreamNames } from '../client/stream-names.ts';
import { truncateInServer } from './truncation.ts';

/** Milliseconds that a page of events, or a change of metadata, may take before it counts as failed. */
const callMsMax = 10_000;

/** What appends to a log in EventStoreDB. It needs no copy of the log: a receiving node has nothing else. */
export interface EventStoreDbAppender {
  /**
   * As of `EventStore`, and answered within `appendAnswerMsMax` whatever the server does. An append is sent again, with its
   * ids, when the server answers again within that time; with `any` it may then stand in the log twice.
   * @throws AppendRefused - too large, or not as the server takes it; repeating it changes nothing
   */
  readonly append: EventStore['append'];
  /** From the server itself. @throws StoreUnavailable - may be retried */
  readonly readStream: EventReader['readStream'];
  /** Position of the newest event of the whole server, whosever it is. @throws StoreUnavailable - may be retried */
  endPosition(): Promise<bigint>;
  /**
   * As of `EventStore`; tells the position at which followers learn of it, null where there was nothing to do.
   * @throws StoreUnavailable - may be retried; RangeError - the stream is the ledger's own
   */
  truncateStream(streamName: string, beforeRevision: bigint): Promise<bigint | null>;
  /** What names the log, once the server has told it; null before. */
  identity(): LogIdentity | null;
  /** Null while the server answers; else why it does not, and for how long. */
  away(): { readonly reason: string; readonly forMs: number } | null;
  /** Resolves once the server answers, for the first time or again; rejects where the log is unusable or closed before. */
  answering(): Promise<void>;
  /** Answers what waits, then closes. */
  close(): Promise<void>;
}

export interface AppenderOptions extends EventStoreDbSettings {
  readonly logger: Logger;
  /** Milliseconds until an append is answered: `appendAnswerMsMax` where it is not given. */
  readonly answerMsMax?: number;
}

/**
 * Does not wait for the server: `answering` does. Where nothing names the log yet, it is begun with the first answer.
 * @throws LogUnusable - the settings are wrong
 */
export function openEventStoreDbAppender(options: AppenderOptions): EventStoreDbAppender {
  const { url, prefix, logger, answerMsMax = appendAnswerMsMax } = options;
  const names = createStreamNames(prefix);
  const connection = openConnection(url);
  let identity: LogIdentity | null = null;
  let unusable: LogUnusable | null = null;
  let closed: Promise<void> | null = null;
  const waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  const settleWaiting = (settle: (one: { resolve: () => void; reject: (error: Error) => void }) => void) => {
    for (const one of waiting) settle(one);
    waiting.clear();
  };

  const look = async () => {
    try {
      identity ??= await beginOrReadIdentity(connection.client, names);
      unusable = null;
    } catch (error) {
      if (error instanceof LogUnusable && unusable === null) {
        unusable = error;
        logger.error({ reason: error.message }, 'the log in EventStoreDB can not be used');
        settleWaiting(({ reject }) => {
          reject(error);
        });
      }
      throw error;
    }
    // Nothing is added by it; but it goes the whole way of an append, and the connection is warm afterwards.
    await appendToServer(connection.client, names.toServer(ledgerStreamName), []);
  };
  const presence = new ServerAvailability({
    probe: look,
    renewClient: () => {
      connection.renew();
    },
    onAnswering: () => {
      dispatch.pump();
      settleWaiting(({ resolve }) => {
        resolve();
      });
    },
    logger,
  });
  const dispatch = new AppendDispatch({
    mayBeSent: () => presence.isAnswering,
    onUnanswered: () => {
      presence.callFailed('The server does not answer in time.');
    },
    answerMsMax,
  });

  const onFailure: AttemptOptions['onFailure'] = ({ reason }) => {
    presence.callFailed(reason);
  };
  const append: EventStore['append'] = (streamName, events, expected) => {
    if (closed !== null) return Promise.reject(new StoreUnavailable('The log is closed.'));
    if (events.length === 0) return Promise.reject(new RangeError('An append needs at least one event.'));
    if (unusable !== null) return Promise.reject(new StoreUnavailable(unusable.message));
    // Whoever waits longer than an append may take has waited for nothing.
    if (presence.awayMs() > answerMsMax) return Promise.reject(unavailable(presence.reason));
    const bytes = events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
    return dispatch.add(bytes, async () => {
      const { client } = connection;
      const attempt = await attemptAppend({ streamName, events, expected }, { client, names, onFailure });
      if (attempt.kind === 'appended') presence.appendAnswered();
      return attempt;
    });
  };

  async function* readStream(streamName: string, fromRevision = 0n): AsyncIterable<RecordedEvent> {
    if (closed !== null) throw new StoreUnavailable('The log is closed.');
    const events = readEvents(connection.client, names, streamName, fromRevision)[Symbol.asyncIterator]();
    for (;;) {
      const next = await inTime(nextOf(events));
      if (next.done === true) return;
      yield next.value;
    }
  }

  return {
    append,
    readStream,
    async endPosition() {
      if (closed !== null) throw new StoreUnavailable('The log is closed.');
      if (!presence.isAnswering) throw unavailable(presence.reason);
      return inTime(readEnd(connection.client));
    },
    async truncateStream(streamName, beforeRevision) {
      if (streamName === ledgerStreamName) throw new RangeError('The stream that names the log can not be truncated.');
      if (closed !== null) throw new StoreUnavailable('The log is closed.');
      return inTime(truncateInServer(connection.client, names, streamName, beforeRevision));
    },
    identity: () => identity,
    away: () =>
      presence.isAnswering
        ? null
        : { reason: presence.reason ?? 'The server was not asked yet.', forMs: presence.awayMs() },
    answering() {
      if (presence.isAnswering) return Promise.resolve();
      if (unusable !== null) return Promise.reject(unusable);
      return new Promise((resolve, reject) => waiting.add({ resolve, reject }));
    },
    close() {
      closed ??= (async () => {
        await dispatch.idle();
        await presence.close();
        settleWaiting(({ reject }) => {
          reject(new StoreUnavailable('The log is closed.'));
        });
        await connection.close();
      })();
      return closed;
    },
  };
}

function unavailable(reason: string | null): StoreUnavailable {
  return new StoreUnavailable(reason ?? 'EventStoreDB does not answer.');
}

/** A stream that was deleted for ever has no events, as one that does not exist. */
async function nextOf(events: AsyncIterator<RecordedEvent>): Promise<IteratorResult<RecordedEvent, undefined>> {
  try {
    return (await events.next()) as IteratorResult<RecordedEvent, undefined>;
  } catch (error) {
    if (readFailure(error).kind !== 'streamDeleted') throw error;
    return { done: true, value: undefined };
  }
}

const late = Symbol('late');

async function inTime<Result>(call: Promise<Result>): Promise<Result> {
  let result: Result | typeof late;
  try {
    result = await within(call, { ms: callMsMax, late });
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const failure = readFailure(error);
    throw new StoreUnavailable('reason' in failure ? failure.reason : 'The stream was deleted in EventStoreDB.', {
      cause: error,
    });
  }
  if (result === late) throw unavailable('EventStoreDB does not answer in time.');
  return result;
}
