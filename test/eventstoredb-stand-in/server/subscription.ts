import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { pageEvents, sentCheckpoint } from './checkpoints.ts';
import type { EventFilter } from './event-filter.ts';
import { caughtUpAnswer, checkpointAnswer, eventAnswer } from './messages.ts';
import type { Position } from './positions.ts';
import { indexAfter, isAfter } from './positions.ts';
import type { StandInServer } from './server.ts';
import type { StoredEvent } from './stored-event.ts';

export interface SubscriptionOptions {
  readonly after: Position | 'end';
  readonly filter: EventFilter;
  /** Events considered between checkpoints; 0: no checkpoints are sent, as without a filter. */
  readonly checkpointEvents: number;
  readonly signal: AbortSignal;
}

/** Events that may wait for a live subscription; one further behind catches up again, and `caughtUp` is sent again. */
const liveEventsMax = 32;

/** All answers of one subscription, in the order and with the checkpoints of a real server. */
export class Subscription {
  readonly #server: StandInServer;
  readonly #options: SubscriptionOptions;
  /** Index of the next event to consider. */
  #next: number;
  /** Events considered since the last checkpoint. */
  #considered: number;

  constructor(server: StandInServer, options: SubscriptionOptions) {
    const { after } = options;
    this.#server = server;
    this.#options = options;
    this.#next = after === 'end' ? server.log.count : indexAfter(server.log, after);
    // The record at the position itself is considered too.
    this.#considered = 1;
  }

  /** Reads page by page until nothing is left, then sends `caughtUp`, then each event once it is durable. */
  async *answers(): AsyncGenerator<ReadResp> {
    const { log } = this.#server;
    const { after, signal } = this.#options;
    if (after !== 'end') yield* this.#catchUp(after);
    while (!signal.aborted) {
      yield caughtUpAnswer();
      yield* this.#live();
      const next = log.eventAt(this.#next);
      if (next) yield* this.#catchUp({ commit: next.position, prepare: 0n });
    }
  }

  *#catchUp(from: Position): Generator<ReadResp> {
    const { log } = this.#server;
    let position = from;
    for (let page = pageEvents - this.#considered; ; page = pageEvents) {
      let wanted = 0;
      for (; page > 0 && this.#next < log.count; page -= 1) {
        const event = this.#take();
        if (!event) continue;
        wanted += 1;
        position = at(event);
        yield eventAnswer(event);
      }
      const next = log.eventAt(this.#next);
      if (next ? this.#considered >= this.#options.checkpointEvents : wanted > 0) yield* this.#checkpoint(position);
      if (!next) break;
      position = { commit: next.position, prepare: 0n };
    }
    this.#considered = 0;
  }

  /** Ends when the subscription has fallen behind or was cancelled. */
  async *#live(): AsyncGenerator<ReadResp> {
    const { log } = this.#server;
    const { signal, checkpointEvents } = this.#options;
    while (!signal.aborted && log.count - this.#next <= liveEventsMax) {
      const newest = log.eventAt(this.#next);
      if (!newest) await log.more(signal);
      else {
        const event = this.#take();
        if (event) yield eventAnswer(event);
        if (this.#considered >= checkpointEvents) yield* this.#checkpoint(at(newest));
      }
    }
  }

  /** Considers the next event; null if the filter excludes it. */
  #take(): StoredEvent | null {
    const event = this.#server.log.eventAt(this.#next);
    if (!event) return null;
    this.#next += 1;
    this.#considered += 1;
    const { after, filter } = this.#options;
    // A position beyond the end hides everything written below it later.
    return (after === 'end' || isAfter(event.position, after)) && filter(event) ? event : null;
  }

  *#checkpoint(right: Position): Generator<ReadResp> {
    const { checkpointEvents } = this.#options;
    if (checkpointEvents === 0) return;
    this.#considered %= checkpointEvents;
    const { commit, prepare } = sentCheckpoint(right, this.#server.faults.now.checkpoints);
    yield checkpointAnswer(commit, prepare);
  }
}

function at({ position }: StoredEvent): Position {
  return { commit: position, prepare: position };
}
