import { ANY, NO_STREAM, type AppendResult, type EventStoreDBClient } from '@eventstore/db-client';
import {
  AppendRefused,
  noPosition,
  StoreOverloaded,
  StoreUnavailable,
  WrongExpectedRevision,
  type Append,
  type AppendedEvents,
} from '../event-store.ts';
import { encodeEvent } from './event-codec.ts';
import { appendToServer, toClientEvent, readFailure, type Failure } from './server-calls.ts';
import type { StreamNames } from './settings.ts';

/** Appends in flight: sent but unanswered. The server is hardly faster with more. */
export const appendsInFlightMax = 512;

/** Appends that may wait or be in flight: a second of work. */
export const appendsWaitingMax = 10_000;

/** Bytes of data and metadata that may wait or be in flight. */
export const bytesWaitingMax = 64 * 1024 * 1024;

/** Milliseconds within which an append is answered, all attempts included. With a spool, a callback need not wait longer for a server. */
export const appendAnswerMsMax = 3_000;

/** Milliseconds before an append that the client never settles is abandoned: keep-alive fails after about 20,000. */
const abandonedAfterMs = 30_000;

/** The result of one attempt. `retry`: the server is unavailable, and the append is sent again when it answers. */
export type Attempt =
  | { readonly kind: 'appended'; readonly appended: AppendedEvents }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'retry'; readonly mayBeStored: boolean };

interface DispatchOptions {
  readonly isAnswering: () => boolean;
  /** The server counts as answering, but has not answered an append in time. */
  readonly onUnanswered: () => void;
  readonly answerMsMax?: number;
  readonly abandonedMs?: number;
}

interface Entry {
  /** Order of arrival, kept when an append is sent again. */
  readonly sequence: number;
  readonly attempt: () => Promise<Attempt>;
  readonly bytes: number;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout;
  mayBeStored: boolean;
  answered: boolean;
}

/**
 * Sends appends in order of arrival, a bounded number at a time, and answers each within `answerMsMax`. An append that
 * waits half of that, because a slow server has too many already, is not sent.
 */
export class AppendDispatch {
  private waiting: Entry[] = [];
  /** Includes appends that have timed out: the client keeps them in memory until it settles them. */
  private readonly inFlight = new Set<Entry>();
  private nextSequence = 0;
  private unanswered = 0;
  private bytes = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly options: DispatchOptions) {}

  add(bytes: number, attempt: () => Promise<Attempt>): Promise<AppendedEvents> {
    if (this.waiting.length + this.inFlight.size >= appendsWaitingMax || this.bytes + bytes > bytesWaitingMax) {
      return Promise.reject(new StoreOverloaded('Too many appends are waiting for EventStoreDB.'));
    }
    this.bytes += bytes;
    this.unanswered += 1;
    return new Promise((resolve, reject) => {
      const halfMs = (this.options.answerMsMax ?? appendAnswerMsMax) / 2;
      const expire = () => this.expire(entry);
      const timer = setTimeout(() => {
        // A server too slow to have been sent the append by now would not answer it in the remaining time.
        if (this.options.isAnswering() && this.waiting.includes(entry)) expire();
        else entry.timer = setTimeout(expire, halfMs);
      }, halfMs);
      const sequence = this.nextSequence++;
      const entry: Entry = { sequence, attempt, bytes, resolve, reject, timer, mayBeStored: false, answered: false };
      this.waiting.push(entry);
      this.sendWaiting();
    });
  }

  /** Sends as many as allowed. Call it when the server answers again. */
  sendWaiting(): void {
    while (this.inFlight.size < appendsInFlightMax && this.options.isAnswering()) {
      const entry = this.waiting.shift();
      if (entry === undefined) return;
      this.inFlight.add(entry);
      void this.send(entry);
    }
  }

  /** Resolves once every append is answered. */
  async idle(): Promise<void> {
    if (this.unanswered > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  private async send(entry: Entry): Promise<void> {
    // The client may never settle the append, which must not reduce the capacity for good.
    const abandon = setTimeout(() => {
      if (this.inFlight.delete(entry)) this.bytes -= entry.bytes;
      this.sendWaiting();
    }, this.options.abandonedMs ?? abandonedAfterMs).unref();
    const outcome = await entry.attempt();
    clearTimeout(abandon);
    if (!this.inFlight.delete(entry)) return;
    if (outcome.kind === 'retry' && !entry.answered) {
      entry.mayBeStored ||= outcome.mayBeStored;
      this.requeue(entry);
    } else {
      this.bytes -= entry.bytes;
      this.answer(entry, () => {
        if (outcome.kind === 'appended') entry.resolve(outcome.appended);
        else if (outcome.kind === 'failed') entry.reject(outcome.error);
      });
    }
    this.sendWaiting();
  }

  private requeue(entry: Entry): void {
    const later = this.waiting.findIndex(({ sequence }) => sequence > entry.sequence);
    this.waiting.splice(later === -1 ? this.waiting.length : later, 0, entry);
  }

  private expire(entry: Entry): void {
    const index = this.waiting.indexOf(entry);
    if (index === -1) this.options.onUnanswered();
    else {
      this.waiting.splice(index, 1);
      this.bytes -= entry.bytes;
    }
    const mayBeStored = entry.mayBeStored || index === -1;
    this.answer(entry, () =>
      entry.reject(new StoreUnavailable('EventStoreDB did not accept the event in time.', { mayBeStored })),
    );
  }

  private answer(entry: Entry, settle: () => void): void {
    if (entry.answered) return;
    entry.answered = true;
    clearTimeout(entry.timer);
    settle();
    this.unanswered -= 1;
    if (this.unanswered === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}

interface AttemptOptions {
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
