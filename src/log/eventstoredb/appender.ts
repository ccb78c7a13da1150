import { ConditionWaiters } from '../../kernel/notifier.ts';
import { within } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import {
  bytesOf,
  ledgerStreamName,
  LogUnusable,
  StoreUnavailable,
  type EventReader,
  type EventStore,
  type LogCommit,
  type RecordedEvent,
  type LogIdentity,
} from '../event-store.ts';
import { openConnection, type Connection } from './client.ts';
import { createStreamNames, type EventStoreDbSettings, type StreamNames } from './settings.ts';
import { beginOrReadIdentity } from './ledger-identity.ts';
import { ServerAvailability } from './server-availability.ts';
import { appendToServer, readEnd, readEvents, truncateInServer, readFailure } from './server-calls.ts';
import { appendAnswerMsMax, AppendDispatch, attemptAppend } from './append-dispatch.ts';

/** Milliseconds that reading a page of events, or changing metadata, may take before it counts as failed. */
const callMsMax = 10_000;

export interface AppenderOptions extends EventStoreDbSettings {
  readonly logger: Logger;
  /** Milliseconds until an append is answered; `appendAnswerMsMax` by default. */
  readonly answerMsMax?: number;
  /** Called after each append that was acknowledged, as the embedded log reports its commits. */
  readonly onAppended?: (appended: LogCommit) => void;
}

/**
 * Appends to a log in EventStoreDB without a local copy of it: all that a receiving node has. Does not wait for the server:
 * `answering` does. A log that does not exist yet is begun once the server answers.
 */
export class EventStoreDbAppender {
  private readonly names: StreamNames;
  private readonly connection: Connection;
  private readonly answerMsMax: number;
  private readonly availability: ServerAvailability;
  private readonly dispatch: AppendDispatch;
  private readonly waiters = new ConditionWaiters();
  private knownIdentity: LogIdentity | null = null;
  private unusable: LogUnusable | null = null;
  /** Set when closing begins. */
  private closed: Promise<void> | null = null;
  private isClosed = false;

  /** @throws LogUnusable - the settings are wrong */
  constructor(private readonly options: AppenderOptions) {
    const { url, prefix, logger, answerMsMax = appendAnswerMsMax } = options;
    this.names = createStreamNames(prefix);
    this.connection = openConnection(url);
    this.answerMsMax = answerMsMax;
    this.availability = new ServerAvailability({
      probe: () => this.probe(),
      renewClient: () => this.connection.renew(),
      onAnswering: () => {
        this.dispatch.sendWaiting();
        this.waiters.check();
      },
      logger,
    });
    this.dispatch = new AppendDispatch({
      isAnswering: () => this.availability.isAnswering,
      onUnanswered: () => this.availability.callFailed('The server does not answer in time.'),
      answerMsMax,
    });
  }

  /**
   * As in `EventStore`, and answered within `appendAnswerMsMax` whatever the server does. If the server becomes unavailable
   * and returns within that time, an append is sent again with the same ids; with `any` it may then be in the log twice.
   * @throws AppendRefused - too large, or not acceptable to the server; retrying does not help
   */
  readonly append: EventStore['append'] = async (streamName, events, expected) => {
    if (this.closed !== null) throw logClosed();
    if (events.length === 0) throw new RangeError('An append needs at least one event.');
    if (this.unusable !== null) throw new StoreUnavailable(this.unusable.message);
    // Waiting longer would only delay the answer: the next append is as unlikely to succeed.
    if (this.availability.awayMs() > this.answerMsMax) throw unavailable(this.availability.reason);
    const begunMs = performance.now();
    const appended = await this.dispatch.add(bytesOf(events), async () => {
      const attempt = await attemptAppend(
        { streamName, events, expected },
        {
          client: this.connection.client,
          names: this.names,
          onFailure: ({ reason }) => this.availability.callFailed(reason),
        },
      );
      if (attempt.kind === 'appended') this.availability.appendAnswered();
      return attempt;
    });
    this.options.onAppended?.({ events: events.length, durationMs: performance.now() - begunMs });
    return appended;
  };

  /** Reads from the server. @throws StoreUnavailable - may be retried */
  readonly readStream: EventReader['readStream'] = (streamName, fromRevision) => this.read(streamName, fromRevision);

  /** Position of the newest event of the whole server, of any program. @throws StoreUnavailable - may be retried */
  readonly endPosition = async (): Promise<bigint> => {
    this.assertOpen();
    if (!this.availability.isAnswering) throw unavailable(this.availability.reason);
    return inTime(readEnd(this.connection.client));
  };

  /**
   * As in `EventStore`. Resolves with the position of the event by which replicas learn of it, null if there was nothing to do.
   * @throws StoreUnavailable - may be retried; RangeError - the stream is the ledger's own
   */
  readonly truncateStream = async (streamName: string, beforeRevision: bigint): Promise<bigint | null> => {
    if (streamName === ledgerStreamName) {
      throw new RangeError('The stream that identifies the log cannot be truncated.');
    }
    this.assertOpen();
    return inTime(truncateInServer(this.connection.client, this.names, streamName, beforeRevision));
  };

  /** Identity of the log; null until the server has answered once. */
  readonly identity = (): LogIdentity | null => this.knownIdentity;

  /** Null while the server answers; otherwise why it does not. */
  readonly away = (): { readonly reason: string } | null => {
    const { isAnswering, reason } = this.availability;
    return isAnswering ? null : { reason: reason ?? 'The server has not been asked yet.' };
  };

  /** Resolves as soon as the server answers; rejects if the log is unusable, or closed first. */
  readonly answering = (): Promise<void> =>
    this.waiters.until(
      () => this.availability.isAnswering,
      () => (this.isClosed ? logClosed() : this.unusable),
    );

  /** Answers what is waiting, then closes. */
  readonly close = (): Promise<void> => {
    this.closed ??= this.drainAndClose();
    return this.closed;
  };

  private async drainAndClose(): Promise<void> {
    await this.dispatch.idle();
    await this.availability.close();
    this.isClosed = true;
    this.waiters.check();
    await this.connection.close();
  }

  private async probe(): Promise<void> {
    const { client } = this.connection;
    try {
      this.knownIdentity ??= await beginOrReadIdentity(client, this.names);
      this.unusable = null;
    } catch (error) {
      if (error instanceof LogUnusable && this.unusable === null) {
        this.unusable = error;
        this.options.logger.error({ reason: error.message }, 'the log in EventStoreDB cannot be used');
        this.waiters.check();
      }
      throw error;
    }
    // An append of no event writes nothing, but takes the path of every append and warms up the connection.
    await appendToServer(client, this.names.toServer(ledgerStreamName), []);
  }

  private async *read(streamName: string, fromRevision?: bigint): AsyncIterable<RecordedEvent> {
    this.assertOpen();
    const events = readEvents(this.connection.client, this.names, streamName, fromRevision)[Symbol.asyncIterator]();
    for (;;) {
      const next = await inTime(nextOf(events));
      if (next.done === true) return;
      yield next.value;
    }
  }

  private assertOpen(): void {
    if (this.closed !== null) throw logClosed();
  }
}

function logClosed(): StoreUnavailable {
  return new StoreUnavailable('The log is closed.');
}

function unavailable(reason: string | null): StoreUnavailable {
  return new StoreUnavailable(reason ?? 'EventStoreDB does not answer.');
}

/** A stream that was deleted for good has no events, like one that does not exist. */
async function nextOf(events: AsyncIterator<RecordedEvent>): Promise<IteratorResult<RecordedEvent, undefined>> {
  try {
    return (await events.next()) as IteratorResult<RecordedEvent, undefined>;
  } catch (error) {
    if (readFailure(error).kind !== 'streamDeleted') throw error;
    return { done: true, value: undefined };
  }
}

const timedOut = Symbol('timed out');

async function inTime<Result>(call: Promise<Result>): Promise<Result> {
  let result: Result | typeof timedOut;
  try {
    result = await within(call, { ms: callMsMax, late: timedOut });
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const failure = readFailure(error);
    throw new StoreUnavailable('reason' in failure ? failure.reason : 'The stream was deleted in EventStoreDB.', {
      cause: error,
    });
  }
  if (result === timedOut) throw unavailable('EventStoreDB does not answer in time.');
  return result;
}
